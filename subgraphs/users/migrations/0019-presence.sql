-- compatible
-- Who was online when. Whether somebody is online now is known by the presence of the streams, which is not kept here.

-- The processes that host streams, and when each last showed that it lives. A row that is not renewed is buried: its users were
-- last seen at that moment.
create table users.stream_node (
  id text primary key,
  alive_at timestamptz not null
);

-- Users who have a stream on a node. No row for each device: a second one changes nothing.
create table users.attendance (
  user_id uuid not null references users.account (id),
  node_id text not null references users.stream_node (id),
  primary key (user_id, node_id),
  unique (node_id, user_id)
);

-- When a user's last stream on some node ended.
create table users.last_seen (
  user_id uuid primary key references users.account (id),
  seen_at timestamptz not null
);

-- Such a user looks offline, and is seen as of the moment when it was set.
alter table users.setting add column invisible boolean not null default false;
