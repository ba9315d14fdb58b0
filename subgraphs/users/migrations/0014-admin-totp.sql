-- compatible
-- A second factor of an admin: codes by time (RFC 6238). Its secret is encrypted like the keys of sessions.
alter table users.admin
  add column totp_sealed bytea,
  add column totp_key_id text,
  -- The 30 seconds of the last code that was taken: it is not taken again, and no earlier one.
  add column totp_last_step bigint,
  add constraint admin_totp_whole check (num_nulls(totp_sealed, totp_key_id) in (0, 2)) not valid;
