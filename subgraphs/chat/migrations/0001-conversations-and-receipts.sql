-- compatible
-- Tables belong to this room alone; the view and the function at the end are what others may read.
create table chat.conversations (
  -- A group's conversation has the group's id.
  id uuid primary key,
  kind text not null check (kind in ('DIRECT', 'GROUP')),
  -- The two of a direct conversation, in order, so that there is one whoever opens it.
  low_user_id uuid,
  high_user_id uuid,
  last_sequence integer not null default 0,
  last_message_id uuid,
  last_at timestamptz not null,
  unique (low_user_id, high_user_id),
  check (num_nulls(low_user_id, high_user_id) = case kind when 'DIRECT' then 0 else 2 end),
  check (low_user_id < high_user_id),
  check ((last_sequence = 0) = (last_message_id is null))
);

-- From before the first event on: the two see everything.
create table chat.direct_participants (
  conversation_id uuid not null references chat.conversations (id),
  user_id uuid not null,
  from_epoch integer not null default 0,
  from_xid xid8 not null default '0',
  from_id bigint not null default 0,
  primary key (conversation_id, user_id)
);
create index direct_participants_of_user on chat.direct_participants (user_id);

-- One row per message, for ever: what makes a retry answer as the first time did, and where the event stands, by which
-- membership is compared and a hole in the message store is filled. It outlives the log and holds no text.
create table chat.receipts (
  sender_id uuid not null,
  client_message_id text not null,
  message_id uuid not null unique,
  conversation_id uuid not null references chat.conversations (id),
  sequence integer not null check (sequence > 0),
  sent_at timestamptz not null,
  -- SHA-256 of the conversation and the text.
  content_hash bytea not null check (octet_length(content_hash) = 32),
  epoch integer not null,
  xid xid8 not null,
  event_id bigint not null,
  primary key (sender_id, client_message_id),
  unique (conversation_id, sequence),
  -- In one conversation sequence and position rise together.
  unique (conversation_id, epoch, xid, event_id)
);

-- Who takes part from which position on, and until which (null: now). One row per stay.
create view chat.participants as
  select
    conversation_id, user_id, from_epoch, from_xid, from_id,
    null::integer as until_epoch, null::xid8 as until_xid, null::bigint as until_id
  from chat.direct_participants
  union all
  select group_id, user_id, from_epoch, from_xid, from_id, until_epoch, until_xid, until_id
  from groups.membership;

-- Who takes part in each conversation as of each position, the sender included; `ord` counts the positions from 1. Plain SQL,
-- so that a condition on `user_id` reaches the indexes.
create function chat.recipients(conversation_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
returns table (ord integer, user_id uuid)
language sql stable parallel safe
as $$
  select asked.ord::integer, p.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (conversation_id, epoch, xid, id, ord)
  join chat.participants as p on p.conversation_id = asked.conversation_id
  where (p.from_epoch, p.from_xid, p.from_id) < (asked.epoch, asked.xid, asked.id)
    and (p.until_epoch is null or (asked.epoch, asked.xid, asked.id) < (p.until_epoch, p.until_xid, p.until_id))
$$;
