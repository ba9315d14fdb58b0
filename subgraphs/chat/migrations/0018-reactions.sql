-- compatible

-- Who reacted to a message, and with what. Whoever writes here holds the lock of the conversation.
create table chat.reactions (
  message_id uuid not null,
  emoji text not null,
  user_id uuid not null,
  conversation_id uuid not null,
  reacted_at timestamptz not null,
  primary key (message_id, emoji, user_id)
);
-- Who reacted with an emoji, in the order in which they did.
create index reactions_in_order on chat.reactions (message_id, emoji, reacted_at, user_id);
-- What a user reacted to: for the limit of each message, the export, and when the user is erased.
create index reactions_of_user on chat.reactions (user_id, conversation_id, message_id);

-- How many users reacted to a message with an emoji: a page of messages must not count the reactions of 100,000 users. In
-- the order of `first_at`; a reaction that the last user removed has no row.
create table chat.reaction_counts (
  message_id uuid not null,
  emoji text not null,
  count integer not null check (count > 0),
  first_at timestamptz not null,
  primary key (message_id, emoji)
);

-- The recipients of an event about one message, which its payload names as `messageId`: participants as of the event
-- whose stay began before the message. Members who joined later do not see the message, nor what happens to it.
create function chat.recipients_about_message(conversation_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
returns table (ord integer, user_id uuid)
language sql stable parallel safe
as $$
  select asked.ord::integer, p.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (conversation_id, epoch, xid, id, ord)
  join events.log as l on (l.epoch, l.xid, l.id) = (asked.epoch, asked.xid, asked.id)
  join chat.receipts as r on r.message_id = (l.payload ->> 'messageId')::uuid
  join chat.participants as p on p.conversation_id = r.conversation_id
  where r.conversation_id = asked.conversation_id
    and (p.from_epoch, p.from_xid, p.from_id) < (r.epoch, r.xid, r.event_id)
    and (p.until_epoch is null or (asked.epoch, asked.xid, asked.id) < (p.until_epoch, p.until_xid, p.until_id))
$$;
