-- breaking: the keys of sessions are encrypted; a gateway of before finds none in the view and lets nobody in
-- The key of a session, encrypted with AES-256-GCM by a key of the ring that only processes know. Keys from before are
-- encrypted when the users role starts; until then they are in `hmac_key`.
-- squawk-ignore ban-drop-not-null
alter table users.session alter column hmac_key drop not null;
alter table users.session
  add column key_id text,
  add column sealed_key bytea;
-- squawk-ignore constraint-missing-not-valid
alter table users.session add constraint session_has_key check (
  num_nonnulls(hmac_key, sealed_key) = 1 and num_nulls(key_id, sealed_key) in (0, 2)
);
-- Finds the keys that an older key of the ring has encrypted, and the plain ones.
-- squawk-ignore require-concurrent-index-creation
create index session_key_id on users.session (key_id);

create or replace view users.sessions as
  select
    session.id as session_id,
    session.user_id,
    session.device_id,
    session.hmac_key,
    session.expires_at,
    session.revoked_at,
    session.end_reason,
    session.key_id,
    session.sealed_key
  from users.session
  join users.account on account.id = session.user_id
  where account.state = 'ACTIVE';
