-- compatible

-- The epoch rises while no transaction has unfinished events. One that appended in the old epoch and commits after the epoch
-- rose would put its events below the horizon of the new one, which readers have passed already: they would never see them. The
-- lock waits for these transactions, and appends that begin meanwhile wait for the end of this one: they take their snapshot
-- after the lock on the table, so they are in the new epoch. The lock is taken per statement, before any row's: `events.trim`
-- holds locks on the table when it changes the floor, and must not wait for this row.
create function events.raise_epoch_alone() returns trigger
language plpgsql
as $$
begin
  lock table events.log in share row exclusive mode;
  return null;
end
$$;

create trigger raise_epoch_alone before update of epoch on events.settings
for each statement execute function events.raise_epoch_alone();

-- As before, but looks first: a start that finds the same server must not lock the log. It gives the lock up before the sends
-- that wait behind it are refused (their lock timeout is 2 s); the caller tries again.
create or replace function events.raise_epoch_if_restored() returns boolean
language plpgsql volatile
set lock_timeout = '1500ms'
as $$
declare
  identity text := events.server_identity();
begin
  update events.settings as s
  set server = identity
  where s.server is null and identity is not null
    and not exists (
      select from events.log as l
      where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
    );
  if not exists (
    select from events.settings as s
    where s.server <> identity
      or exists (
        select from events.log as l
        where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
      )
  ) then
    return false;
  end if;
  -- Of two that come at once, the second one waits for the lock, and then finds that the row has changed.
  update events.settings as s
  set epoch = s.epoch + 1, server = identity
  where s.server <> identity
    or exists (
      select from events.log as l
      where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
    );
  return found;
end
$$;
