-- compatible

-- How a user keeps a conversation; no row means the defaults. The row of a group that the user left stays, and counts
-- again when the user returns.
create table chat.preferences (
  user_id uuid not null,
  conversation_id uuid not null,
  -- The place among the user's pinned conversations: the lowest comes first. Null: not pinned.
  pin_order integer,
  favorite boolean not null default false,
  -- 'infinity': without an end.
  muted_until timestamptz,
  -- The sequence of the last message at the moment of archiving. Null: not archived.
  archived_up_to integer,
  marked_unread boolean not null default false,
  primary key (user_id, conversation_id),
  -- Deferrable, so that one statement may exchange places.
  constraint preferences_pins unique (user_id, pin_order) deferrable
);

-- Whether an archived conversation is still archived: a message brings it back, unless it came while it was muted.
create function chat.is_archived(archived_up_to integer, muted_until timestamptz, last_sequence integer, last_at timestamptz)
returns boolean
language sql
immutable
parallel safe
return archived_up_to is not null
  and (last_sequence <= archived_up_to or (muted_until is not null and last_at < muted_until));
