-- compatible

-- Messages that are pinned in their conversation, for everybody in it. Whoever writes here holds the lock of the
-- conversation, so the numbers rise in the order in which messages were pinned.
create table chat.pins (
  message_id uuid primary key,
  conversation_id uuid not null,
  number bigint not null generated always as identity,
  -- Null: the user was deleted.
  pinned_by uuid,
  pinned_at timestamptz not null,
  unique (conversation_id, number)
);
-- For the export, and when the user is erased.
create index pins_of_user on chat.pins (pinned_by) where pinned_by is not null;
