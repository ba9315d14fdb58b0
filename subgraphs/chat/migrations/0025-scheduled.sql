-- compatible

-- Messages that users want to be sent later. A row goes when its message was sent, or is taken back.
create table chat.scheduled (
  id uuid primary key,
  user_id uuid not null,
  conversation_id uuid not null,
  client_message_id text not null,
  -- The checked input of the send, without the id that the app gave it.
  message jsonb not null,
  -- The files in it: the sweep of unused files leaves them alone.
  media_ids uuid[],
  send_at timestamptz not null,
  created_at timestamptz not null,
  -- Until then one process sends it, or nobody tries again.
  held_until timestamptz,
  -- Why it could not be sent; null while it waits.
  refused_code text,
  refusal text,
  unique (user_id, client_message_id)
);
create index scheduled_of_user on chat.scheduled (user_id, send_at, id);
create index scheduled_due on chat.scheduled (send_at) where refused_code is null;
