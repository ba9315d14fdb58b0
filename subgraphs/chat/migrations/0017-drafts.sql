-- compatible

-- What a user is about to send into a conversation. A removed draft stays as a row without a text, so that an older one,
-- which a device sends late, does not come back.
create table chat.drafts (
  user_id uuid not null,
  conversation_id uuid not null,
  text text,
  updated_at timestamptz not null,
  primary key (user_id, conversation_id)
);
