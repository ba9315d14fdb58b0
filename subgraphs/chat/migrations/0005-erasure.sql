-- compatible
-- Deleted users whose messages have lost the ids that the users' apps gave them.
create table chat.erasure (
  user_id uuid primary key,
  done_at timestamptz not null,
  -- A second pass has found what a slow request wrote meanwhile.
  settled boolean not null default false
);

create view chat.erased as
  select user_id
  from chat.erasure;
