-- compatible
alter table users.device
  add column model text,
  add column app_version text,
  -- What `push_token` is: FCM or APNS, a token; WEB_PUSH, an endpoint; null for a token of a service that is not known.
  add column push_kind text,
  -- APNS: `environment`; WEB_PUSH: `p256dh` and `auth`.
  add column push_detail jsonb,
  -- SHA-256 of kind and token, which may be too long for an index. One target belongs to one device.
  add column push_key bytea;

-- squawk-ignore require-concurrent-index-creation
create unique index device_push_key on users.device (push_key);

alter table users.session
  add column last_seen_at timestamptz,
  -- Each use moves `expires_at` to this long after it, and never beyond `last_expires_at`. Null for sessions from before.
  add column idle_seconds int,
  add column last_expires_at timestamptz,
  -- REVOKED, SIGNED_OUT, REPLACED, DEVICE_REMOVED, SUSPENDED, or null for sessions that were ended before reasons were kept.
  add column end_reason text,
  -- When a request last came in the ended session, as far as it was recorded.
  add column used_after_end_at timestamptz;

create or replace view users.sessions as
  select
    session.id as session_id,
    session.user_id,
    session.device_id,
    session.hmac_key,
    session.expires_at,
    session.revoked_at,
    session.end_reason
  from users.session
  join users.account on account.id = session.user_id
  where account.state = 'ACTIVE';

create or replace view users.push_targets as
  select distinct
    session.user_id,
    device.id as device_id,
    device.platform,
    device.push_token as token,
    device.push_kind as kind,
    device.push_detail as detail
  from users.session
  join users.account on account.id = session.user_id
  join users.device on device.id = session.device_id
  where session.revoked_at is null
    and session.expires_at > now()
    and account.state = 'ACTIVE';

-- For the gateways: the sessions were used at these times. Prolongs them by their own rule.
create function users.see_sessions(ids uuid[], times timestamptz[]) returns void
  language sql
as $$
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
$$;

-- For the gateways: a request came in an ended session. Records it at most once an hour for each session.
create function users.note_ended_session_used(event_id uuid, ended_id uuid, client_network text, at timestamptz)
  returns void
  language sql
as $$
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
$$;
