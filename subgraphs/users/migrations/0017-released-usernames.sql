-- compatible
-- Usernames that a user changed, cleared or left behind with the account. For a while nobody else gets them, so that nobody is
-- taken for the one who had them. A hash, so that the table lists no names.
create table users.released_username (
  name_hash bytea primary key,
  -- Who may take it back; null once the account is deleted.
  user_id uuid references users.account (id),
  free_at timestamptz not null
);
create index released_username_of_user on users.released_username (user_id);
create index released_username_by_time on users.released_username (free_at);
