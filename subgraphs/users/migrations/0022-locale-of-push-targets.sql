-- compatible
-- The language in which a user's devices get what a push says by itself.
create or replace view users.push_targets as
  select distinct
    session.user_id,
    device.id as device_id,
    device.platform,
    device.push_token as token,
    device.push_kind as kind,
    device.push_detail as detail,
    account.locale
  from users.session
  join users.account on account.id = session.user_id
  join users.device on device.id = session.device_id
  where session.revoked_at is null and session.expires_at > now() and account.state = 'ACTIVE';

-- Delivery remembers the targets, and with them the language.
drop trigger note_changed_push_targets on users.account;
create trigger note_changed_push_targets after update on users.account
  for each row when (old.state is distinct from new.state or old.locale is distinct from new.locale)
  execute function users.note_account();
