-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table users.account (
  id uuid not null,
  address text not null,
  display_name text not null,
  created_at timestamp with time zone not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_address_key UNIQUE (address)
);

create table users.device (
  id uuid not null,
  secret_hash bytea not null,
  name text not null,
  platform text not null,
  push_token text,
  created_at timestamp with time zone not null,
  constraint device_pkey PRIMARY KEY (id),
  constraint device_platform_check CHECK ((platform = ANY (ARRAY['ANDROID'::text, 'IOS'::text, 'WEB'::text, 'OTHER'::text]))),
  constraint device_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table users.otp_allowance (
  address text not null,
  by_known boolean not null,
  sent_at timestamp with time zone[] not null,
  wrong_at timestamp with time zone[] not null,
  touched_at timestamp with time zone not null,
  constraint otp_allowance_pkey PRIMARY KEY (address, by_known)
);

create table users.otp_code (
  address text not null,
  device_id uuid not null,
  salt bytea not null,
  code_hash bytea,
  expires_at timestamp with time zone not null,
  tries_left integer not null,
  is_long boolean not null default false,
  constraint otp_code_pkey PRIMARY KEY (address, device_id),
  constraint otp_code_tries_left_check CHECK ((tries_left >= 0))
);

create table users.security_event (
  id uuid not null,
  kind text not null,
  at timestamp with time zone not null,
  user_id uuid,
  actor_kind text not null,
  actor_id text,
  device_id uuid,
  session_id uuid,
  client_network text,
  detail jsonb not null,
  constraint security_event_pkey PRIMARY KEY (id),
  constraint security_event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['USER'::text, 'ADMIN'::text, 'STRANGER'::text, 'SYSTEM'::text])))
);

create table users.session (
  id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  hmac_key bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  announced_at timestamp with time zone,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_hmac_key_check CHECK ((octet_length(hmac_key) = 32))
);

alter table users.session
  add constraint session_device_id_fkey FOREIGN KEY (device_id) REFERENCES users.device(id);

alter table users.session
  add constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

CREATE INDEX device_created_at ON users.device USING btree (created_at);

CREATE INDEX otp_allowance_touched_at ON users.otp_allowance USING btree (touched_at);

CREATE INDEX otp_code_expires_at ON users.otp_code USING btree (expires_at);

CREATE INDEX security_event_of_kind ON users.security_event USING btree (kind, id DESC);

CREATE INDEX security_event_of_user ON users.security_event USING btree (user_id, id DESC);

CREATE INDEX session_expires_at ON users.session USING btree (expires_at);

CREATE INDEX session_of_device ON users.session USING btree (device_id);

CREATE INDEX session_of_user ON users.session USING btree (user_id, id DESC) WHERE (revoked_at IS NULL);

CREATE INDEX session_unannounced ON users.session USING btree (revoked_at) WHERE ((revoked_at IS NOT NULL) AND (announced_at IS NULL));

create view users.people as
 SELECT id AS user_id,
    display_name
   FROM users.account;

create view users.push_targets as
 SELECT DISTINCT session.user_id,
    device.id AS device_id,
    device.platform,
    device.push_token AS token
   FROM users.session
     JOIN users.device ON device.id = session.device_id
  WHERE session.revoked_at IS NULL AND session.expires_at > now();

create view users.sessions as
 SELECT id AS session_id,
    user_id,
    device_id,
    hmac_key,
    expires_at,
    revoked_at
   FROM users.session;
