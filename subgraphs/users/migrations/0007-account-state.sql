-- compatible
-- An account that is not ACTIVE has no live session and cannot sign in. A deleted one keeps only its id, which messages name.
alter table users.account
  add column state text not null default 'ACTIVE'
    constraint account_state_check check (state in ('ACTIVE', 'SUSPENDED', 'DELETED'));
-- squawk-ignore ban-drop-not-null
alter table users.account alter column address drop not null;
-- squawk-ignore ban-drop-not-null
alter table users.account alter column display_name drop not null;

-- squawk-ignore constraint-missing-not-valid
alter table users.account add constraint account_has_address check (state = 'DELETED' or num_nulls(address, display_name) = 0);

-- One row for each suspended account, as long as it is suspended.
create table users.suspension (
  user_id uuid primary key references users.account (id),
  reason text not null,
  by_admin text not null,
  since timestamptz not null,
  -- Null: until an admin restores the account.
  until_at timestamptz
);
create index suspension_until_at on users.suspension (until_at) where until_at is not null;

-- Others may not message or add a deleted account.
create or replace view users.people as
  select id as user_id, display_name
  from users.account
  where state <> 'DELETED';

-- The sessions of such an account are ended too; should one be missed, the views show none of them.
create or replace view users.sessions as
  select session.id as session_id, session.user_id, session.device_id, session.hmac_key, session.expires_at, session.revoked_at
  from users.session
  join users.account on account.id = session.user_id
  where account.state = 'ACTIVE';

create or replace view users.push_targets as
  select distinct session.user_id, device.id as device_id, device.platform, device.push_token as token
  from users.session
  join users.account on account.id = session.user_id
  join users.device on device.id = session.device_id
  where session.revoked_at is null and session.expires_at > now() and account.state = 'ACTIVE';
