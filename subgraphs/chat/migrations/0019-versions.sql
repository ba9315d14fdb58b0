-- compatible

-- Messages can be edited, and deleted for everyone. Either makes a new version of the message under its old number.
alter table chat.receipts
  -- The number of the present version. Null: 1, nothing was changed.
  add column version integer,
  -- When the message was deleted for everyone; null: it was not. A deleted message stays in the sequence and in the lists of
  -- numbers, but it says nothing any more: it has no text, content, files, mentions, reactions or pin, no search finds it, and it
  -- counts as read. Whoever deletes messages calls `removeMessages`, which takes all of that away.
  add column deleted_at timestamptz;

-- What each version of a changed message says. A message that was never changed has no row. Moderators read the earlier ones;
-- the present one is read while the message store is behind.
create table chat.versions (
  message_id uuid not null,
  version integer not null check (version > 0),
  -- The text, and the other fields of a body that the version has.
  body jsonb not null,
  made_at timestamptz not null,
  -- The event that told of this version; null for version 1, whose event the receipt names.
  epoch integer,
  xid xid8,
  event_id bigint,
  primary key (message_id, version)
);
