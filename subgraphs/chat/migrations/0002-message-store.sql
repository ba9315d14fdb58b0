-- compatible

-- The bodies of messages, where PostgreSQL is the message store (subgraphs/chat/store/messages/postgres.ts).
create table chat.messages (
  id uuid primary key,
  conversation_id uuid not null,
  sequence integer not null check (sequence > 0),
  sender_id uuid not null,
  client_message_id text not null,
  text text not null,
  sent_at timestamptz not null,
  version integer not null check (version > 0),
  constraint messages_in_order unique (conversation_id, sequence)
);

-- Which store holds the messages (one row), and how far a copy to the other one has come.
create table chat.message_store (
  the_only boolean primary key default true check (the_only),
  kind text not null check (kind in ('mongodb', 'postgres')),
  -- Set from a copy's start to its end: no process starts on either store meanwhile.
  copying_to text check (copying_to in ('mongodb', 'postgres') and copying_to <> kind),
  copied_up_to uuid
);
