-- compatible
-- New columns have constant defaults, so no table is rewritten.
alter table groups.room
  add column kind text not null default 'PRIVATE',
  add column description text not null default '',
  add column avatar_url text,
  add column who_may_send text not null default 'MEMBERS',
  add column who_may_invite text not null default 'ADMINS',
  add column who_may_edit text not null default 'ADMINS',
  add column who_may_see_members text not null default 'MEMBERS',
  add column slow_mode_seconds integer not null default 0,
  add column member_count integer not null default 0,
  add column deleted_at timestamptz;

-- Not validated: the present rows have the defaults, which fit.
alter table groups.room
  add constraint room_kind_check check (kind in ('PRIVATE', 'PUBLIC', 'BROADCAST')) not valid,
  add constraint room_rules_check check (
    who_may_send in ('MEMBERS', 'ADMINS')
    and who_may_invite in ('MEMBERS', 'ADMINS')
    and who_may_edit in ('MEMBERS', 'ADMINS')
    and who_may_see_members in ('MEMBERS', 'ADMINS')
    and slow_mode_seconds between 0 and 86400
  ) not valid;

update groups.room
set member_count = (select count(*) from groups.stay where stay.group_id = room.id and stay.until_epoch is null);

-- Until then the member may not send messages.
alter table groups.stay add column muted_until timestamptz;

create table groups.ban (
  group_id uuid not null references groups.room (id),
  user_id uuid not null,
  by_id uuid not null,
  reason text not null,
  created_at timestamptz not null,
  primary key (group_id, user_id)
);
create index ban_of_group on groups.ban (group_id, created_at desc, user_id desc);
create index ban_of_user on groups.ban (user_id);

create table groups.invite (
  group_id uuid not null references groups.room (id),
  user_id uuid not null,
  by_id uuid not null,
  created_at timestamptz not null,
  primary key (group_id, user_id)
);
create index invite_of_group on groups.invite (group_id, created_at desc, user_id desc);
create index invite_of_user on groups.invite (user_id, created_at desc, group_id desc);

-- The code stays readable: managers look it up to pass it on.
create table groups.link (
  id uuid primary key,
  group_id uuid not null references groups.room (id),
  code text not null unique,
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  max_uses integer check (max_uses > 0),
  uses integer not null default 0,
  needs_approval boolean not null,
  revoked_at timestamptz,
  check (uses >= 0 and uses <= coalesce(max_uses, uses))
);
create index link_of_group on groups.link (group_id, id desc) where revoked_at is null;

create table groups.join_request (
  group_id uuid not null references groups.room (id),
  user_id uuid not null,
  created_at timestamptz not null,
  primary key (group_id, user_id)
);
create index join_request_of_group on groups.join_request (group_id, created_at, user_id);
create index join_request_of_user on groups.join_request (user_id);

create table groups.audit (
  id uuid not null,
  group_id uuid not null references groups.room (id),
  act text not null,
  by_id uuid not null,
  user_id uuid,
  users integer,
  detail text not null,
  created_at timestamptz not null,
  primary key (group_id, id)
);

create table groups.report (
  id uuid primary key,
  group_id uuid not null references groups.room (id),
  user_id uuid,
  message_id uuid,
  reporter_id uuid not null,
  reason text not null,
  note text not null,
  created_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text
);
-- One open report per reporter and target.
create unique index report_open on groups.report (reporter_id, group_id, user_id, message_id) nulls not distinct
  where resolved_at is null;

-- For the chat room: what each member may do in the group's conversation.
create view groups.rights as
  select
    stay.group_id,
    stay.user_id,
    stay.role <> 'MEMBER' as is_manager,
    room.kind = 'BROADCAST' or room.who_may_send = 'ADMINS' as only_managers_send,
    stay.role <> 'MEMBER' or (room.kind <> 'BROADCAST' and room.who_may_see_members = 'MEMBERS') as may_list_members,
    stay.muted_until,
    room.slow_mode_seconds
  from groups.stay
  join groups.room on room.id = stay.group_id
  where stay.until_epoch is null;

-- For the export and the erasure of one user's data.
create index invite_of_inviter on groups.invite (by_id);
create index link_of_user on groups.link (created_by);
create index report_of_reporter on groups.report (reporter_id, created_at);
create index audit_of_user on groups.audit (by_id);
