-- compatible
-- Of eight digits instead of six, since too many wrong ones were tried at its address.
alter table users.otp_code add column is_long boolean not null default false;
