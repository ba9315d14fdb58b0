-- compatible

-- The users that an event names in its payload and not by its key: a user who was away finds these events here. The rows
-- are removed after their events (`events.trim_addressed`).
create table events.addressed (
  user_id uuid not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  primary key (user_id, epoch, xid, id)
);
create index addressed_id on events.addressed (id);

-- Every event above this position has its rows in events.addressed.
alter table events.settings
  add column addressed_epoch integer not null default 0,
  add column addressed_xid xid8 not null default '0',
  add column addressed_id bigint not null default 0;

-- For triggers of the rooms, one per group of kinds. The arguments are the fields of the payload that hold ids of users.
create function events.note_addressed() returns trigger
language plpgsql
as $$
begin
  insert into events.addressed (user_id, epoch, xid, id)
  select distinct named.user_id::uuid, new.epoch, new.xid, new.id
  from unnest(tg_argv) as field (name)
  cross join lateral jsonb_array_elements_text(
    case jsonb_typeof(new.payload -> field.name)
      when 'array' then new.payload -> field.name
      else jsonb_build_array(new.payload -> field.name)
    end
  ) as named (user_id)
  where named.user_id <> new.key
    and named.user_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  return null;
end
$$;

-- For the migration that makes such a trigger, after it and in the same transaction. `create trigger` waits for all who write
-- to the log, so that the events without rows have smaller transaction ids than the snapshot that is taken now.
create function events.addressed_from_now() returns void
language sql volatile
begin atomic
  update events.settings as s
  set addressed_epoch = s.epoch, addressed_xid = pg_snapshot_xmax(pg_current_snapshot()), addressed_id = 0;
end;

-- Removes rows whose events were deleted, at most `batch` of them. Returns how many there were.
create function events.trim_addressed(batch integer) returns integer
language sql volatile
begin atomic
  with old as materialized (
    select a.user_id, a.epoch, a.xid, a.id
    from events.addressed as a, events.settings as s
    where a.id <= s.floor_id and (a.epoch, a.xid, a.id) <= (s.floor_epoch, s.floor_xid, s.floor_id)
    order by a.id
    limit $1
  ), gone as (
    delete from events.addressed as a
    using old as o
    where (a.user_id, a.epoch, a.xid, a.id) = (o.user_id, o.epoch, o.xid, o.id)
    returning true
  )
  select count(*)::integer from gone;
end;
