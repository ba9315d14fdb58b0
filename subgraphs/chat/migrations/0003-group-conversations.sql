-- breaking: a version that does not know the function makes groups that have no conversation

-- A group's conversation, made by the groups room in the transaction that makes the group: so reading writes nothing, and a
-- query can go to a replica.
create function chat.open_group_conversation(group_id uuid, opened_at timestamptz)
returns void
language sql
as $$
  insert into chat.conversations (id, kind, last_at) values ($1, 'GROUP', $2) on conflict do nothing
$$;

-- They were made by the first one who read them.
insert into chat.conversations (id, kind, last_at)
select distinct m.group_id, 'GROUP', now()
from groups.membership as m
where not exists (select from chat.conversations as c where c.id = m.group_id);
