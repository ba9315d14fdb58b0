-- breaking: passwords are kept by the device that asked for them; a process of before can neither send nor take one
-- One row per address and device: a password is good on the device that asked for it, and nobody else's request replaces it.
create table users.otp_code (
  address text not null,
  device_id uuid not null,
  salt bytea not null,
  -- Null once the code was used.
  code_hash bytea,
  expires_at timestamptz not null,
  tries_left int not null check (tries_left >= 0),
  primary key (address, device_id)
);
create index otp_code_expires_at on users.otp_code (expires_at);

-- What counts against the limits of an address within a day, whichever code and device it was. Two rows: of devices that
-- were signed in to the account before, and of all others, so that strangers use up nothing of the owner's.
create table users.otp_allowance (
  address text not null,
  by_known boolean not null,
  sent_at timestamptz[] not null,
  wrong_at timestamptz[] not null,
  touched_at timestamptz not null,
  primary key (address, by_known)
);
create index otp_allowance_touched_at on users.otp_allowance (touched_at);

-- Codes live ten minutes and are asked for anew; what counts for a day goes along.
insert into users.otp_allowance (address, by_known, sent_at, wrong_at, touched_at)
  select address, false, requested_at, wrong_at, touched_at
  from users.otp;

-- squawk-ignore ban-drop-table
drop table users.otp;
drop function users.since(timestamptz[], timestamptz);
