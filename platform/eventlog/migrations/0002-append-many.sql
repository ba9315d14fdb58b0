-- compatible

-- Like `events.lock`, but does not wait: returns false if another transaction holds the lock.
create function events.try_lock(key text) returns boolean
language sql volatile
begin atomic
  select pg_try_advisory_xact_lock(hashtextextended($1, 0));
end;

-- Appends one event per key, in the order of the arrays; `ord` counts them from 1. The ids are taken from the sequence before
-- the insert, because `returning` does not say which row of the arrays an inserted row came from.
create function events.append_many(kind text, keys text[], payloads jsonb[])
returns table (ord integer, epoch integer, xid xid8, id bigint, shard integer)
language sql volatile
begin atomic
  with numbered as materialized (
    select e.ord::integer as ord, e.key, e.payload, nextval('events.log_id_seq'::regclass) as id
    from unnest($2, $3) with ordinality as e (key, payload, ord)
  ), logged as (
    insert into events.log as l (epoch, xid, id, shard, kind, key, payload) overriding system value
    select s.epoch, pg_current_xact_id(), n.id, events.shard_of(n.key), $1, n.key, n.payload
    from numbered as n, events.settings as s
    returning l.epoch, l.xid, l.id, l.shard::integer as shard
  )
  select n.ord, l.epoch, l.xid, l.id, l.shard from logged as l join numbered as n on n.id = l.id;
end;
