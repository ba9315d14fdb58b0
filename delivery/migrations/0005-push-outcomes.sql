-- compatible
-- What became of each push, with the reason, so that users can ask why one did or did not come.
alter table delivery.sent_pushes
  -- A text: the column of a worker of an earlier version stays null.
  add column user_id text,
  -- SENT, WITHDRAWN (a silent push took a shown one away), SUPPRESSED, DEAD_TOKEN or PARKED.
  add column outcome text not null default 'SENT',
  -- The rule that suppressed it; what decided on it, otherwise.
  add column reason text,
  -- The ids that the push carried.
  add column data jsonb,
  -- The notification that the device shows.
  add column collapse_key text,
  -- When the notification was taken away.
  add column withdrawn_at timestamptz;

-- Pushes that a provider did not take for a while are tried again: when, how often they were, and since when.
alter table delivery.parked_pushes
  add column retry_at timestamptz,
  add column parks integer not null default 1,
  add column first_at timestamptz;

create view delivery.push_decisions as
  select user_id, device_id, event, outcome, reason, data, sent_at as decided_at
  from delivery.sent_pushes
  where user_id is not null;
