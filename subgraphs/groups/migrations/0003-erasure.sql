-- compatible
-- Deleted users who have left all groups.
create table groups.erasure (
  user_id uuid primary key,
  done_at timestamptz not null
);

create view groups.erased as
  select user_id
  from groups.erasure;
