-- compatible
-- no transaction
-- The owner and the admins: few in a group of any size.
drop index concurrently if exists groups.stay_managers;
create index concurrently stay_managers on groups.stay (group_id, from_epoch, from_xid, from_id)
  where role <> 'MEMBER' and until_epoch is null;
