-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table users.account (
  id uuid not null,
  address text,
  display_name text,
  created_at timestamp with time zone not null,
  username text,
  username_changed_at timestamp with time zone,
  bio text,
  avatar_url text,
  locale text,
  time_zone text,
  version integer not null default 1,
  state text not null default 'ACTIVE'::text,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_address_key UNIQUE (address),
  constraint account_has_address CHECK (((state = 'DELETED'::text) OR (num_nulls(address, display_name) = 0))),
  constraint account_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'DELETED'::text])))
);

create table users.admin (
  id uuid not null,
  email text not null,
  password_hash text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  totp_sealed bytea,
  totp_key_id text,
  totp_last_step bigint,
  constraint admin_pkey PRIMARY KEY (id),
  constraint admin_email_key UNIQUE (email),
  constraint admin_totp_whole CHECK ((num_nulls(totp_sealed, totp_key_id) = ANY (ARRAY[0, 2]))) NOT VALID
);

create table users.admin_refresh (
  token_hash bytea not null,
  family_id uuid not null,
  admin_id uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  family_ends_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint admin_refresh_pkey PRIMARY KEY (token_hash),
  constraint admin_refresh_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

create table users.attendance (
  user_id uuid not null,
  node_id text not null,
  constraint attendance_pkey PRIMARY KEY (user_id, node_id),
  constraint attendance_node_id_user_id_key UNIQUE (node_id, user_id)
);

create table users.block (
  blocker_id uuid not null,
  blocked_id uuid not null,
  created_at timestamp with time zone not null,
  constraint block_pkey PRIMARY KEY (blocker_id, blocked_id),
  constraint block_check CHECK ((blocker_id <> blocked_id))
);

create table users.device (
  id uuid not null,
  secret_hash bytea not null,
  name text not null,
  platform text not null,
  push_token text,
  created_at timestamp with time zone not null,
  model text,
  app_version text,
  push_kind text,
  push_detail jsonb,
  push_key bytea,
  constraint device_pkey PRIMARY KEY (id),
  constraint device_platform_check CHECK ((platform = ANY (ARRAY['ANDROID'::text, 'IOS'::text, 'WEB'::text, 'OTHER'::text]))),
  constraint device_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table users.erasure (
  user_id uuid not null,
  erased_at timestamp with time zone not null,
  settled boolean not null default false,
  finished_at timestamp with time zone,
  constraint erasure_pkey PRIMARY KEY (user_id)
);

create table users.friend_request (
  from_id uuid not null,
  to_id uuid not null,
  pending boolean not null,
  hidden boolean not null,
  sent_at timestamp with time zone not null,
  rejected_at timestamp with time zone,
  constraint friend_request_pkey PRIMARY KEY (from_id, to_id),
  constraint friend_request_check CHECK ((from_id <> to_id)),
  constraint friend_request_check1 CHECK ((pending OR (rejected_at IS NOT NULL)))
);

create table users.friendship (
  user_id uuid not null,
  friend_id uuid not null,
  since timestamp with time zone not null,
  constraint friendship_pkey PRIMARY KEY (user_id, friend_id),
  constraint friendship_check CHECK ((user_id <> friend_id))
);

create table users.last_seen (
  user_id uuid not null,
  seen_at timestamp with time zone not null,
  constraint last_seen_pkey PRIMARY KEY (user_id)
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

create table users.push_target_change (
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint push_target_change_pkey PRIMARY KEY (xid, user_id)
);

create table users.refusing (
  user_id uuid not null,
  constraint refusing_pkey PRIMARY KEY (user_id)
);

create table users.released_username (
  name_hash bytea not null,
  user_id uuid,
  free_at timestamp with time zone not null,
  constraint released_username_pkey PRIMARY KEY (name_hash)
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
  target_id text,
  constraint security_event_pkey PRIMARY KEY (id),
  constraint security_event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['USER'::text, 'ADMIN'::text, 'STRANGER'::text, 'SYSTEM'::text])))
);

create table users.session (
  id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  hmac_key bytea,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  announced_at timestamp with time zone,
  last_seen_at timestamp with time zone,
  idle_seconds integer,
  last_expires_at timestamp with time zone,
  end_reason text,
  used_after_end_at timestamp with time zone,
  key_id text,
  sealed_key bytea,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_has_key CHECK (((num_nonnulls(hmac_key, sealed_key) = 1) AND (num_nulls(key_id, sealed_key) = ANY (ARRAY[0, 2])))),
  constraint session_hmac_key_check CHECK ((octet_length(hmac_key) = 32))
);

create table users.setting (
  user_id uuid not null,
  notify text not null default 'ALL'::text,
  previews boolean not null default true,
  quiet_from time without time zone,
  quiet_to time without time zone,
  messages_from text not null default 'EVERYONE'::text,
  groups_from text not null default 'EVERYONE'::text,
  found_by text not null default 'EVERYONE'::text,
  last_seen_to text not null default 'EVERYONE'::text,
  read_receipts boolean not null default true,
  invisible boolean not null default false,
  constraint setting_pkey PRIMARY KEY (user_id),
  constraint setting_check CHECK ((num_nulls(quiet_from, quiet_to) = ANY (ARRAY[0, 2]))),
  constraint setting_found_by_check CHECK ((found_by = ANY (ARRAY['EVERYONE'::text, 'FRIENDS'::text, 'NOBODY'::text]))),
  constraint setting_groups_from_check CHECK ((groups_from = ANY (ARRAY['EVERYONE'::text, 'FRIENDS'::text, 'NOBODY'::text]))),
  constraint setting_last_seen_to_check CHECK ((last_seen_to = ANY (ARRAY['EVERYONE'::text, 'FRIENDS'::text, 'NOBODY'::text]))),
  constraint setting_messages_from_check CHECK ((messages_from = ANY (ARRAY['EVERYONE'::text, 'FRIENDS'::text, 'NOBODY'::text]))),
  constraint setting_notify_check CHECK ((notify = ANY (ARRAY['ALL'::text, 'MENTIONS'::text, 'NONE'::text])))
);

create table users.stream_node (
  id text not null,
  alive_at timestamp with time zone not null,
  constraint stream_node_pkey PRIMARY KEY (id)
);

create table users.suspension (
  user_id uuid not null,
  reason text not null,
  by_admin text not null,
  since timestamp with time zone not null,
  until_at timestamp with time zone,
  constraint suspension_pkey PRIMARY KEY (user_id)
);

alter table users.admin_refresh
  add constraint admin_refresh_admin_id_fkey FOREIGN KEY (admin_id) REFERENCES users.admin(id) ON DELETE CASCADE;

alter table users.attendance
  add constraint attendance_node_id_fkey FOREIGN KEY (node_id) REFERENCES users.stream_node(id);

alter table users.attendance
  add constraint attendance_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.block
  add constraint block_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES users.account(id);

alter table users.block
  add constraint block_blocker_id_fkey FOREIGN KEY (blocker_id) REFERENCES users.account(id);

alter table users.erasure
  add constraint erasure_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.friend_request
  add constraint friend_request_from_id_fkey FOREIGN KEY (from_id) REFERENCES users.account(id);

alter table users.friend_request
  add constraint friend_request_to_id_fkey FOREIGN KEY (to_id) REFERENCES users.account(id);

alter table users.friendship
  add constraint friendship_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES users.account(id);

alter table users.friendship
  add constraint friendship_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.last_seen
  add constraint last_seen_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.released_username
  add constraint released_username_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.session
  add constraint session_device_id_fkey FOREIGN KEY (device_id) REFERENCES users.device(id);

alter table users.session
  add constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.setting
  add constraint setting_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

alter table users.suspension
  add constraint suspension_user_id_fkey FOREIGN KEY (user_id) REFERENCES users.account(id);

CREATE OR REPLACE FUNCTION users.is_allowed(setting text, owner_id uuid, other_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case coalesce($1, 'EVERYONE')
    when 'EVERYONE' then true
    when 'FRIENDS' then exists (select from users.friendship where user_id = $2 and friend_id = $3)
    else false
  end
$function$;

CREATE OR REPLACE FUNCTION users.is_blocked(one_id uuid, other_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select exists (select from users.block where blocker_id = $1 and blocked_id = $2)
    or exists (select from users.block where blocker_id = $2 and blocked_id = $1)
$function$;

CREATE OR REPLACE FUNCTION users.may_add_to_group(from_id uuid, to_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select not users.is_blocked($1, $2)
    and users.is_allowed((select groups_from from users.setting where user_id = $2), $2, $1)
$function$;

CREATE OR REPLACE FUNCTION users.may_message(from_id uuid, to_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select not users.is_blocked($1, $2)
    and users.is_allowed((select messages_from from users.setting where user_id = $2), $2, $1)
$function$;

CREATE OR REPLACE FUNCTION users.note_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform users.note_push_targets(array[new.id]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.note_block()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into users.refusing (user_id) values (new.blocker_id), (new.blocked_id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.note_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into users.refusing (user_id) values (new.user_id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.note_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into users.refusing (user_id) values (new.id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.note_device()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform users.note_push_targets(array(select user_id from users.session where device_id = new.id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.note_ended_session_used(event_id uuid, ended_id uuid, client_network text, at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  with used as (
    update users.session set used_after_end_at = note_ended_session_used.at
    where id = ended_id
      and revoked_at is not null
      and (used_after_end_at is null or used_after_end_at <= note_ended_session_used.at - interval '1 hour')
    returning id, user_id, device_id
  )
  insert into users.security_event (
    id, kind, at, user_id, actor_kind, actor_id, device_id, session_id, client_network, detail
  )
  select
    event_id, 'ENDED_SESSION_USED', note_ended_session_used.at, used.user_id, 'STRANGER', null,
    used.device_id, used.id, note_ended_session_used.client_network, '{}'
  from used
$function$;

CREATE OR REPLACE FUNCTION users.note_push_targets(changed uuid[])
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into users.push_target_change (user_id)
  select distinct id from unnest(changed) as id where id is not null
  on conflict do nothing
$function$;

CREATE OR REPLACE FUNCTION users.note_session()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform users.note_push_targets(array[old.user_id, new.user_id]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION users.push_target_changes(since xid8)
 RETURNS TABLE(until xid8, user_ids uuid[])
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select
    pg_snapshot_xmin(pg_current_snapshot()),
    array(
      select change.user_id from users.push_target_change as change where change.xid >= since limit 10001
    )
$function$;

CREATE OR REPLACE FUNCTION users.record_admin_act(id uuid, kind text, at timestamp with time zone, admin_id text, user_id uuid, target_id text, note text, network text)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into users.security_event (id, kind, at, user_id, actor_kind, actor_id, client_network, detail, target_id)
  select $1, $2, $3, $5, 'ADMIN', $4, $8, jsonb_strip_nulls(jsonb_build_object('note', kept.note)), $6
  from (
    select case when not exists (
      select from users.account where account.id = $5 and account.state = 'DELETED'
    ) then $7 end as note
  ) as kept;
$function$;

CREATE OR REPLACE FUNCTION users.refuses_messages(from_id uuid, to_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select exists (select from users.block where blocker_id = $2 and blocked_id = $1)
    or exists (select from users.block where blocker_id = $1 and blocked_id = $2)
    or exists (select from users.setting where user_id = $2 and messages_from = 'NOBODY')
    or exists (select from users.account where id = $2 and state = 'DELETED')
$function$;

CREATE OR REPLACE FUNCTION users.see_sessions(ids uuid[], times timestamp with time zone[])
 RETURNS void
 LANGUAGE sql
AS $function$
  with seen as (
    select session.id, max(used.at) as at
    from unnest(ids, times) as used (id, at)
    join users.session on session.id = used.id
    where session.revoked_at is null and session.expires_at > used.at
    group by session.id
  ),
  -- In one order, so that two gateways never wait for each other.
  locked as materialized (
    select session.id from users.session join seen on seen.id = session.id order by session.id for update of session
  )
  update users.session
  set last_seen_at = greatest(session.last_seen_at, seen.at),
    expires_at = greatest(
      session.expires_at,
      least(session.last_expires_at, seen.at + make_interval(secs => session.idle_seconds))
    )
  from seen, locked
  where session.id = seen.id and locked.id = seen.id
$function$;

CREATE INDEX account_name ON users.account USING btree (lower(display_name) COLLATE "C", id);

CREATE UNIQUE INDEX account_username ON users.account USING btree (username);

CREATE INDEX admin_refresh_expires_at ON users.admin_refresh USING btree (expires_at);

CREATE INDEX admin_refresh_of_admin ON users.admin_refresh USING btree (admin_id);

CREATE INDEX admin_refresh_of_family ON users.admin_refresh USING btree (family_id);

CREATE INDEX block_of_blocked ON users.block USING btree (blocked_id);

CREATE INDEX block_of_user ON users.block USING btree (blocker_id, created_at DESC, blocked_id DESC);

CREATE INDEX device_created_at ON users.device USING btree (created_at);

CREATE UNIQUE INDEX device_push_key ON users.device USING btree (push_key);

CREATE INDEX erasure_by_time ON users.erasure USING btree (erased_at);

CREATE INDEX erasure_open ON users.erasure USING btree (erased_at) WHERE ((finished_at IS NULL) OR (NOT settled));

CREATE INDEX friend_request_received ON users.friend_request USING btree (to_id, sent_at DESC, from_id DESC) WHERE (pending AND (NOT hidden));

CREATE INDEX friend_request_rejected ON users.friend_request USING btree (rejected_at) WHERE (NOT pending);

CREATE INDEX friend_request_sent ON users.friend_request USING btree (from_id, sent_at DESC, to_id DESC) WHERE pending;

CREATE INDEX friend_request_to ON users.friend_request USING btree (to_id);

CREATE INDEX friendship_of_user ON users.friendship USING btree (user_id, since DESC, friend_id DESC);

CREATE INDEX otp_allowance_touched_at ON users.otp_allowance USING btree (touched_at);

CREATE INDEX otp_code_expires_at ON users.otp_code USING btree (expires_at);

CREATE INDEX push_target_change_at ON users.push_target_change USING btree (at);

CREATE INDEX released_username_by_time ON users.released_username USING btree (free_at);

CREATE INDEX released_username_of_user ON users.released_username USING btree (user_id);

CREATE INDEX security_event_of_admin ON users.security_event USING btree (actor_id, id DESC) WHERE (actor_kind = 'ADMIN'::text);

CREATE INDEX security_event_of_kind ON users.security_event USING btree (kind, id DESC);

CREATE INDEX security_event_of_target ON users.security_event USING btree (target_id, id DESC) WHERE (target_id IS NOT NULL);

CREATE INDEX security_event_of_user ON users.security_event USING btree (user_id, id DESC);

CREATE INDEX session_expires_at ON users.session USING btree (expires_at);

CREATE INDEX session_key_id ON users.session USING btree (key_id);

CREATE INDEX session_of_device ON users.session USING btree (device_id);

CREATE INDEX session_of_user ON users.session USING btree (user_id, id DESC) WHERE (revoked_at IS NULL);

CREATE INDEX session_unannounced ON users.session USING btree (revoked_at) WHERE ((revoked_at IS NOT NULL) AND (announced_at IS NULL));

CREATE INDEX suspension_until_at ON users.suspension USING btree (until_at) WHERE (until_at IS NOT NULL);

create view users.blocks as
 SELECT blocker_id,
    blocked_id
   FROM users.block;

create view users.erased as
 SELECT user_id,
    erased_at
   FROM users.erasure
  WHERE finished_at IS NULL OR erased_at > (now() - '1 day'::interval);

create view users.hides_receipts as
 SELECT user_id
   FROM users.setting
  WHERE NOT read_receipts;

create view users.invisible as
 SELECT user_id
   FROM users.setting
  WHERE invisible;

create view users.may_refuse as
 SELECT user_id
   FROM users.refusing;

create view users.notification_settings as
 SELECT account.id AS user_id,
    COALESCE(setting.notify, 'ALL'::text) AS notify,
    COALESCE(setting.previews, true) AS previews,
    setting.quiet_from,
    setting.quiet_to,
    COALESCE(account.time_zone, 'UTC'::text) AS time_zone
   FROM users.account
     LEFT JOIN users.setting ON setting.user_id = account.id;

create view users.people as
 SELECT id AS user_id,
    display_name
   FROM users.account
  WHERE state <> 'DELETED'::text;

create view users.push_targets as
 SELECT DISTINCT session.user_id,
    device.id AS device_id,
    device.platform,
    device.push_token AS token,
    device.push_kind AS kind,
    device.push_detail AS detail,
    account.locale
   FROM users.session
     JOIN users.account ON account.id = session.user_id
     JOIN users.device ON device.id = session.device_id
  WHERE session.revoked_at IS NULL AND session.expires_at > now() AND account.state = 'ACTIVE'::text;

create view users.sessions as
 SELECT session.id AS session_id,
    session.user_id,
    session.device_id,
    session.hmac_key,
    session.expires_at,
    session.revoked_at,
    session.end_reason,
    session.key_id,
    session.sealed_key
   FROM users.session
     JOIN users.account ON account.id = session.user_id
  WHERE account.state = 'ACTIVE'::text;

create view users.suspended as
 SELECT user_id
   FROM users.suspension
  WHERE until_at IS NULL OR until_at > now();

CREATE TRIGGER note_changed_push_targets AFTER UPDATE ON users.account FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state OR old.locale IS DISTINCT FROM new.locale) EXECUTE FUNCTION users.note_account();

CREATE TRIGGER note_deleted AFTER UPDATE OF state ON users.account FOR EACH ROW WHEN (new.state = 'DELETED'::text) EXECUTE FUNCTION users.note_deleted();

CREATE TRIGGER note_block AFTER INSERT ON users.block FOR EACH ROW EXECUTE FUNCTION users.note_block();

CREATE TRIGGER note_changed_push_targets AFTER UPDATE ON users.device FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION users.note_device();

CREATE TRIGGER note_changed_push_targets AFTER UPDATE ON users.session FOR EACH ROW WHEN (old.user_id <> new.user_id OR old.device_id <> new.device_id OR old.revoked_at IS DISTINCT FROM new.revoked_at OR new.expires_at < old.expires_at OR old.expires_at <= now()) EXECUTE FUNCTION users.note_session();

CREATE TRIGGER note_push_targets AFTER INSERT OR DELETE ON users.session FOR EACH ROW EXECUTE FUNCTION users.note_session();

CREATE TRIGGER note_closed AFTER INSERT OR UPDATE OF messages_from ON users.setting FOR EACH ROW WHEN (new.messages_from = 'NOBODY'::text) EXECUTE FUNCTION users.note_closed();
