-- compatible
-- Admins who sign in here, with a password. They are no users.
create table users.admin (
  id uuid primary key,
  email text not null unique,
  -- scrypt, with its cost and salt.
  password_hash text not null,
  scopes text[] not null,
  created_at timestamptz not null
);

-- Hashes of refresh tokens. Used ones stay until they expire: one that comes again was copied.
create table users.admin_refresh (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  -- One sign-in.
  family_id uuid not null,
  admin_id uuid not null references users.admin (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  family_ends_at timestamptz not null,
  used_at timestamptz
);
create index admin_refresh_of_family on users.admin_refresh (family_id);
create index admin_refresh_of_admin on users.admin_refresh (admin_id);
create index admin_refresh_expires_at on users.admin_refresh (expires_at);
