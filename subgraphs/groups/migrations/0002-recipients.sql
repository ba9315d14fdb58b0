-- compatible
-- Who is in each group as of each position, who joins or leaves by the event at that very position included; `ord` counts
-- the positions from 1. Plain SQL, so that a condition on `user_id` reaches the indexes.
create function groups.recipients(group_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
returns table (ord integer, user_id uuid)
language sql stable parallel safe
as $$
  select asked.ord::integer, s.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (group_id, epoch, xid, id, ord)
  join groups.stay as s on s.group_id = asked.group_id
  where (s.from_epoch, s.from_xid, s.from_id) <= (asked.epoch, asked.xid, asked.id)
    and (s.until_epoch is null or (asked.epoch, asked.xid, asked.id) <= (s.until_epoch, s.until_xid, s.until_id))
$$;
