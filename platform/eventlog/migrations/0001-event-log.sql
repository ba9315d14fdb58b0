-- compatible

-- One row: what holds for the whole log.
create table events.settings (
  only_row boolean primary key default true check (only_row),
  -- Fixed once the log has an event: positions, queues and cursors are per shard.
  shards integer not null default 16 check (shards between 1 and 256),
  epoch integer not null default 1,
  retention_days integer not null default 30 check (retention_days > 0),
  -- Which server's transaction ids the current epoch counts by; null when the server does not tell.
  server text,
  -- Events at or below it may have been deleted.
  floor_epoch integer not null default 0,
  floor_xid xid8 not null default '0',
  floor_id bigint not null default 0
);

insert into events.settings default values;

create table events.log (
  epoch integer not null,
  xid xid8 not null,
  id bigint not null generated always as identity,
  shard smallint not null,
  kind text not null,
  key text not null,
  at timestamptz not null default clock_timestamp(),
  payload jsonb not null,
  primary key (epoch, xid, id)
);

create index log_shard on events.log (shard, epoch, xid, id);

-- The same for ever: the first 32 bits of the key's MD5, modulo the number of shards.
create function events.shard_of(key text) returns integer
language sql stable parallel safe
return (
  select (('x' || substr(md5($1), 1, 8))::bit(32)::bigint % s.shards)::integer
  from events.settings as s
);

-- The lock of a key until the transaction ends. It must be the transaction's first statement, alone: before anything that
-- assigns a transaction id, and before the snapshot of whatever reads what the lock protects.
create function events.lock(key text) returns void
language sql volatile
begin atomic
  select pg_advisory_xact_lock(hashtextextended($1, 0));
end;

create function events.append(kind text, key text, payload jsonb)
returns table (epoch integer, xid xid8, id bigint, shard integer)
language sql volatile
begin atomic
  insert into events.log as l (epoch, xid, shard, kind, key, payload)
  select s.epoch, pg_current_xact_id(), events.shard_of($2), $1, $2, $3
  from events.settings as s
  returning l.epoch, l.xid, l.id, l.shard::integer;
end;

-- The horizon: whatever stands below is final and visible, whatever comes later will stand above. The oldest running
-- transaction counts over all databases of the server.
create function events.head() returns table (epoch integer, xid xid8, id bigint)
language sql stable
begin atomic
  select s.epoch, pg_snapshot_xmin(pg_current_snapshot()), 0::bigint
  from events.settings as s;
end;

-- Who counts the transaction ids: the cluster, and its timeline, which changes when a standby takes over or a backup is
-- rolled forward. Null on servers that do not say.
create function events.server_identity() returns text
language plpgsql stable
as $$
begin
  return (select system_identifier from pg_catalog.pg_control_system())
    || '/' || (select timeline_id from pg_catalog.pg_control_checkpoint());
exception when others then
  return null;
end
$$;

-- After a restore the server's transaction ids may lie below the ones in the log, or below those in cursors that clients
-- hold: a new epoch puts every later event above both. True when it was raised.
create function events.raise_epoch_if_restored() returns boolean
language sql volatile
begin atomic
  with current as materialized (
    select events.server_identity() as server, pg_snapshot_xmax(pg_current_snapshot()) as next_xid
  ), raised as (
    update events.settings as s
    set epoch = s.epoch + 1, server = current.server
    from current
    where s.server <> current.server
      or exists (select from events.log as l where l.epoch = s.epoch and l.xid >= current.next_xid)
    returning true as raised
  ), named as (
    update events.settings as s
    set server = current.server
    from current
    where s.server is null and current.server is not null and not exists (select from raised)
    returning true
  )
  select exists (select from raised) from (select count(*) from named) as n;
end;

-- Deletes the oldest events, at most `batch` of them and none that is younger than the retention or above the horizon, and
-- raises the floor in the same transaction. Returns how many there were.
create function events.trim(batch integer, upto_epoch integer, upto_xid xid8, upto_id bigint) returns integer
language sql volatile
begin atomic
  with horizon as materialized (
    select h.epoch, h.xid, h.id, clock_timestamp() - make_interval(days => s.retention_days) as before
    from events.head() as h, events.settings as s
  ), oldest as materialized (
    select l.epoch, l.xid, l.id, l.at < h.before as due
    from events.log as l, horizon as h
    where (l.epoch, l.xid, l.id) < (h.epoch, h.xid, h.id)
      and (l.epoch, l.xid, l.id) <= ($2, $3, $4)
    order by l.epoch, l.xid, l.id
    limit $1
  ), kept as materialized (
    select o.epoch, o.xid, o.id from oldest as o where not o.due order by o.epoch, o.xid, o.id limit 1
  ), gone as (
    delete from events.log as l
    using oldest as o
    where (l.epoch, l.xid, l.id) = (o.epoch, o.xid, o.id)
      and not exists (select from kept as k where (o.epoch, o.xid, o.id) >= (k.epoch, k.xid, k.id))
    returning l.epoch, l.xid, l.id
  ), last as materialized (
    select g.epoch, g.xid, g.id from gone as g order by g.epoch desc, g.xid desc, g.id desc limit 1
  ), raised as (
    update events.settings as s
    set floor_epoch = last.epoch, floor_xid = last.xid, floor_id = last.id
    from last
    where (s.floor_epoch, s.floor_xid, s.floor_id) < (last.epoch, last.xid, last.id)
    returning true
  )
  select count(*)::integer from gone;
end;

create function events.keep_shards() returns trigger
language plpgsql
as $$
begin
  if exists (select from events.log) then
    raise exception 'The number of shards is fixed: the log has events already.';
  end if;
  return new;
end
$$;

create trigger keep_shards before update of shards on events.settings
for each row when (old.shards <> new.shards) execute function events.keep_shards();
