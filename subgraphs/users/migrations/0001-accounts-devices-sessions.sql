-- compatible
-- Tables are singular and belong to this room alone; the views in the plural are what others may read.
create table users.account (
  id uuid primary key,
  -- A lower-case e-mail address or an E.164 number.
  address text not null unique,
  display_name text not null,
  created_at timestamptz not null
);

create table users.device (
  id uuid primary key,
  -- SHA-256 of the device's secret: 32 random bytes, so a slow hash would protect nothing.
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  name text not null,
  platform text not null check (platform in ('ANDROID', 'IOS', 'WEB', 'OTHER')),
  push_token text,
  created_at timestamptz not null
);
create index device_created_at on users.device (created_at);

create table users.session (
  -- UUIDv7, so by id is by age.
  id uuid primary key,
  user_id uuid not null references users.account (id),
  device_id uuid not null references users.device (id),
  hmac_key bytea not null check (octet_length(hmac_key) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- When the session cache and the sockets were told of the revocation; null until then.
  announced_at timestamptz
);
create index session_of_user on users.session (user_id, id desc) where revoked_at is null;
create index session_of_device on users.session (device_id);
create index session_unannounced on users.session (revoked_at) where revoked_at is not null and announced_at is null;
create index session_expires_at on users.session (expires_at);

-- One row per address that asked within a day: the live code, and what counts against the limits whichever code it was.
create table users.otp (
  address text primary key,
  salt bytea not null,
  -- Null once the code was used.
  code_hash bytea,
  expires_at timestamptz not null,
  tries_left int not null check (tries_left >= 0),
  requested_at timestamptz[] not null,
  wrong_at timestamptz[] not null,
  touched_at timestamptz not null
);
create index otp_touched_at on users.otp (touched_at);

create function users.since(times timestamptz[], start timestamptz) returns timestamptz[]
  language sql immutable strict parallel safe
  return array(select instant from unnest(times) as instant where instant > start order by instant);

create view users.sessions as
  select id as session_id, user_id, device_id, hmac_key, expires_at, revoked_at
  from users.session;

create view users.people as
  select id as user_id, display_name
  from users.account;

-- A device with several live sessions of one user stands once.
create view users.push_targets as
  select distinct session.user_id, device.id as device_id, device.platform, device.push_token as token
  from users.session
  join users.device on device.id = session.device_id
  where session.revoked_at is null
    and session.expires_at > now();
