-- compatible
-- What happened to accounts and what admins did. Rows outlive the account, device and session they name, so there are
-- no foreign keys.
create table users.security_event (
  -- UUIDv7 of `at`, so by id is by time.
  id uuid primary key,
  kind text not null,
  at timestamptz not null,
  -- Whose account it is about; null if there is none.
  user_id uuid,
  actor_kind text not null check (actor_kind in ('USER', 'ADMIN', 'STRANGER', 'SYSTEM')),
  actor_id text,
  device_id uuid,
  session_id uuid,
  -- The client's address or network, as the gateway forwards it.
  client_network text,
  -- Short texts by name; never a secret.
  detail jsonb not null
);
create index security_event_of_user on users.security_event (user_id, id desc);
create index security_event_of_kind on users.security_event (kind, id desc);
