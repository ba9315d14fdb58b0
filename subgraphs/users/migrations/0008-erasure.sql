-- compatible
-- Deleted accounts. The other rooms erase what they keep about the users in the view, each in its own schema, and publish
-- whom they are done with.
create table users.erasure (
  user_id uuid primary key references users.account (id),
  erased_at timestamptz not null,
  -- This room has erased a second time what requests wrote that were running at the deletion.
  settled boolean not null default false,
  -- When every room was done.
  finished_at timestamptz
);
create index erasure_open on users.erasure (erased_at) where finished_at is null or not settled;
create index erasure_by_time on users.erasure (erased_at);

-- For a day after the deletion a room that is done still sees the user: it finds what a slow request wrote meanwhile.
create view users.erased as
  select user_id, erased_at
  from users.erasure
  where finished_at is null or erased_at > now() - interval '1 day';

-- Both are searched by the other person when an account is deleted.
-- squawk-ignore require-concurrent-index-creation
create index block_of_blocked on users.block (blocked_id);
-- squawk-ignore require-concurrent-index-creation
create index friend_request_to on users.friend_request (to_id);
