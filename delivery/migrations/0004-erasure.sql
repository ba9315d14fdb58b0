-- compatible
-- Deleted users to whom no push is set aside any more.
create table delivery.erasure (
  user_id uuid primary key,
  done_at timestamptz not null
);

create view delivery.erased as
  select user_id
  from delivery.erasure;

-- Both are built at once: the table only holds what the provider refused.
-- squawk-ignore require-concurrent-index-creation
create index parked_pushes_of_user on delivery.parked_pushes (user_id);
-- squawk-ignore require-concurrent-index-creation
create index parked_pushes_by_time on delivery.parked_pushes (parked_at);
