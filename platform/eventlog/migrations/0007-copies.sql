-- compatible

-- Events that were appended anew, at another position. Whoever rewrites an event knows the first position alone: what must not be
-- read again must go from its copies too. A copy of a copy names the first event. The rows are removed after their copies
-- (`events.trim_copies`).
create table events.copies (
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  copy_epoch integer not null,
  copy_xid xid8 not null,
  copy_id bigint not null,
  primary key (copy_epoch, copy_xid, copy_id)
);
create index copies_of on events.copies (epoch, xid, id);

-- Appends the event at this position anew, as it is now. No row if the log does not have it any more. The caller holds the
-- lock of its key, as does whoever rewrites it.
create function events.append_copy(of_epoch integer, of_xid xid8, of_id bigint)
returns table (epoch integer, xid xid8, id bigint, shard integer)
language sql volatile
begin atomic
  with copied as materialized (
    insert into events.log as l (epoch, xid, shard, kind, key, payload)
    select s.epoch, pg_current_xact_id(), o.shard, o.kind, o.key, o.payload
    from events.log as o, events.settings as s
    where (o.epoch, o.xid, o.id) = ($1, $2, $3)
    returning l.epoch, l.xid, l.id, l.shard::integer as shard
  ), noted as (
    insert into events.copies (epoch, xid, id, copy_epoch, copy_xid, copy_id)
    select coalesce(first.epoch, $1), coalesce(first.xid, $2), coalesce(first.id, $3), c.epoch, c.xid, c.id
    from copied as c
    left join events.copies as first on (first.copy_epoch, first.copy_xid, first.copy_id) = ($1, $2, $3)
  )
  select c.epoch, c.xid, c.id, c.shard from copied as c;
end;

-- As before, and the copies of the events too.
create or replace function events.rewrite(epochs integer[], xids xid8[], ids bigint[], payload jsonb) returns void
language sql volatile
begin atomic
  with asked as materialized (
    select a.epoch, a.xid, a.id from unnest($1, $2, $3) as a (epoch, xid, id)
  ), named as (
    select a.epoch, a.xid, a.id from asked as a
    union
    select c.copy_epoch, c.copy_xid, c.copy_id
    from asked as a
    join events.copies as c on (c.epoch, c.xid, c.id) = (a.epoch, a.xid, a.id)
  )
  update events.log as l
  set payload = $4
  from named as n
  where (l.epoch, l.xid, l.id) = (n.epoch, n.xid, n.id);
end;

-- Removes rows whose copies were deleted, at most `batch` of them. Returns how many there were.
create function events.trim_copies(batch integer) returns integer
language sql volatile
begin atomic
  with old as materialized (
    select c.copy_epoch, c.copy_xid, c.copy_id
    from events.copies as c, events.settings as s
    where (c.copy_epoch, c.copy_xid, c.copy_id) <= (s.floor_epoch, s.floor_xid, s.floor_id)
    order by c.copy_epoch, c.copy_xid, c.copy_id
    limit $1
  ), gone as (
    delete from events.copies as c
    using old as o
    where (c.copy_epoch, c.copy_xid, c.copy_id) = (o.copy_epoch, o.copy_xid, o.copy_id)
    returning true
  )
  select count(*)::integer from gone;
end;
