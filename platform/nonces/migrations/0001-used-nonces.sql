-- compatible

-- A hash of session and nonce, so that a row has one size whatever a client sends.
create table nonces.used (
  hash bytea primary key,
  expires_at timestamptz not null
);

create index used_expires_at on nonces.used (expires_at);
