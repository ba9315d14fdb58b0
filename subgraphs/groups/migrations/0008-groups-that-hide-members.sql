-- compatible

-- For the chat subgraph: whether the members of a group do not learn of each other.
create or replace view groups.sizes as
select
  id as group_id,
  member_count,
  kind = 'BROADCAST' as is_broadcast,
  kind = 'BROADCAST' or who_may_see_members = 'ADMINS' as hides_members
from groups.room;
