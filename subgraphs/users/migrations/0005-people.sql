-- compatible
-- Of a person's own: what others see (username, bio, avatar_url), and what only the person sees (locale, time_zone).
-- Usernames are lower-case ASCII, so bytes give their order, and a prefix is a range of the index.
alter table users.account
  add column username text collate "C",
  -- When the username was last changed or cleared; null until then. Setting the first one is no change.
  add column username_changed_at timestamptz,
  add column bio text,
  add column avatar_url text,
  add column locale text,
  add column time_zone text,
  -- Rises with each change of the profile.
  add column version integer not null default 1;

-- A row for those who changed a setting: the defaults stand for everybody else.
create table users.setting (
  user_id uuid primary key references users.account (id),
  notify text not null default 'ALL' check (notify in ('ALL', 'MENTIONS', 'NONE')),
  previews boolean not null default true,
  -- In the person's time zone. From the first until before the second, over midnight if the first is later.
  quiet_from time,
  quiet_to time,
  messages_from text not null default 'EVERYONE' check (messages_from in ('EVERYONE', 'FRIENDS', 'NOBODY')),
  groups_from text not null default 'EVERYONE' check (groups_from in ('EVERYONE', 'FRIENDS', 'NOBODY')),
  found_by text not null default 'EVERYONE' check (found_by in ('EVERYONE', 'FRIENDS', 'NOBODY')),
  last_seen_to text not null default 'EVERYONE' check (last_seen_to in ('EVERYONE', 'FRIENDS', 'NOBODY')),
  read_receipts boolean not null default true,
  check (num_nulls(quiet_from, quiet_to) in (0, 2))
);

-- Two rows for each friendship, so that the friends of one user are one range of an index.
create table users.friendship (
  user_id uuid not null references users.account (id),
  friend_id uuid not null references users.account (id),
  since timestamptz not null,
  primary key (user_id, friend_id),
  check (user_id <> friend_id)
);
create index friendship_of_user on users.friendship (user_id, since desc, friend_id desc);

-- A request that waits for an answer, or that was rejected. A rejected one is kept for a while: a further request of the same
-- user is then hidden.
create table users.friend_request (
  from_id uuid not null references users.account (id),
  to_id uuid not null references users.account (id),
  pending boolean not null,
  -- The recipient does not see it: it is blocked, or was rejected a short while ago. The sender sees no difference.
  hidden boolean not null,
  sent_at timestamptz not null,
  rejected_at timestamptz,
  primary key (from_id, to_id),
  check (from_id <> to_id),
  check (pending or rejected_at is not null)
);
create index friend_request_sent on users.friend_request (from_id, sent_at desc, to_id desc) where pending;
create index friend_request_received on users.friend_request (to_id, sent_at desc, from_id desc) where pending and not hidden;
create index friend_request_rejected on users.friend_request (rejected_at) where not pending;

create table users.block (
  blocker_id uuid not null references users.account (id),
  blocked_id uuid not null references users.account (id),
  created_at timestamptz not null,
  primary key (blocker_id, blocked_id),
  check (blocker_id <> blocked_id)
);
create index block_of_user on users.block (blocker_id, created_at desc, blocked_id desc);

-- Who has blocked whom.
create view users.blocks as
  select blocker_id, blocked_id
  from users.block;

-- Who takes no direct messages at all, not even in conversations that exist.
create view users.closed_to_messages as
  select user_id
  from users.setting
  where messages_from = 'NOBODY';

-- What a push needs to know of its recipient. Quiet hours are times in the time zone.
create view users.notification_settings as
  select
    account.id as user_id,
    coalesce(setting.notify, 'ALL') as notify,
    coalesce(setting.previews, true) as previews,
    setting.quiet_from,
    setting.quiet_to,
    coalesce(account.time_zone, 'UTC') as time_zone
  from users.account
  left join users.setting on setting.user_id = account.id;

-- Whether one of the two has blocked the other.
create function users.is_blocked(one_id uuid, other_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select exists (select from users.block where blocker_id = $1 and blocked_id = $2)
    or exists (select from users.block where blocker_id = $2 and blocked_id = $1)
$$;

-- Whether a user is among those whom a privacy setting of another one allows.
create function users.is_allowed(setting text, owner_id uuid, other_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select case coalesce($1, 'EVERYONE')
    when 'EVERYONE' then true
    when 'FRIENDS' then exists (select from users.friendship where user_id = $2 and friend_id = $3)
    else false
  end
$$;

-- Whether a user may begin a direct conversation with another one.
create function users.may_message(from_id uuid, to_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select not users.is_blocked($1, $2)
    and users.is_allowed((select messages_from from users.setting where user_id = $2), $2, $1)
$$;

-- Whether a user may add another one to a group.
create function users.may_add_to_group(from_id uuid, to_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select not users.is_blocked($1, $2)
    and users.is_allowed((select groups_from from users.setting where user_id = $2), $2, $1)
$$;
