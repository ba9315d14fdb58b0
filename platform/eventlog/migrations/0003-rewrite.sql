-- compatible

-- Replaces the payload of events, for data that must not be read again. Positions that the log no longer has are skipped.
create function events.rewrite(epochs integer[], xids xid8[], ids bigint[], payload jsonb) returns void
language sql volatile
begin atomic
  update events.log as l
  set payload = $4
  from unnest($1, $2, $3) as asked (epoch, xid, id)
  where (l.epoch, l.xid, l.id) = (asked.epoch, asked.xid, asked.id);
end;
