-- compatible

-- For the chat subgraph: how many members a group has, and whether it is a broadcast group.
create view groups.sizes as
select id as group_id, member_count, kind = 'BROADCAST' as is_broadcast from groups.room;

create trigger refuse_writing instead of insert or update or delete on groups.sizes
for each row execute function groups.refuse_writing();
