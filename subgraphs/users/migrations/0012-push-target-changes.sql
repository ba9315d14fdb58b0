-- compatible
-- Which users' push targets changed in which transaction. Delivery remembers push targets, and asks here what may have
-- changed since it last asked. Triggers fill it, so that no statement that changes a session can forget it.
create table users.push_target_change (
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid not null,
  at timestamptz not null default now(),
  primary key (xid, user_id)
);
create index push_target_change_at on users.push_target_change (at);

create function users.note_push_targets(changed uuid[]) returns void language sql as $$
  insert into users.push_target_change (user_id)
  select distinct id from unnest(changed) as id where id is not null
  on conflict do nothing
$$;

create function users.note_session() returns trigger language plpgsql as $$
begin
  perform users.note_push_targets(array[old.user_id, new.user_id]);
  return null;
end
$$;
create trigger note_push_targets after insert or delete on users.session
  for each row execute function users.note_session();
-- A session that is used gets a later end, again and again: that changes nothing.
create trigger note_changed_push_targets after update on users.session
  for each row when (
    old.user_id <> new.user_id
    or old.device_id <> new.device_id
    or old.revoked_at is distinct from new.revoked_at
    or new.expires_at < old.expires_at
    or old.expires_at <= now()
  ) execute function users.note_session();

create function users.note_device() returns trigger language plpgsql as $$
begin
  perform users.note_push_targets(array(select user_id from users.session where device_id = new.id));
  return null;
end
$$;
create trigger note_changed_push_targets after update on users.device
  for each row when (old.* is distinct from new.*) execute function users.note_device();

create function users.note_account() returns trigger language plpgsql as $$
begin
  perform users.note_push_targets(array[new.id]);
  return null;
end
$$;
create trigger note_changed_push_targets after update on users.account
  for each row when (old.state is distinct from new.state) execute function users.note_account();

-- The users whose push targets may have changed in transactions from `since` on, at most 10,001 of them, and the
-- transaction to ask from next time: the oldest one that is still running. Null for `since`: nobody, for a first call.
create function users.push_target_changes(since xid8)
returns table (until xid8, user_ids uuid[]) language sql stable parallel safe as $$
  select
    pg_snapshot_xmin(pg_current_snapshot()),
    array(
      select change.user_id from users.push_target_change as change where change.xid >= since limit 10001
    )
$$;
