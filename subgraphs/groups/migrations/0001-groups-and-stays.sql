-- compatible
-- Tables belong to this room alone; the views are what others may read.
create table groups.room (
  id uuid primary key,
  title text not null,
  created_at timestamptz not null
);

-- One row per stay of a user in a group, from the event of joining to the event of leaving: who saw what is a question
-- of positions in the log, not of clocks.
create table groups.stay (
  group_id uuid not null references groups.room (id),
  user_id uuid not null,
  role text not null check (role in ('OWNER', 'ADMIN', 'MEMBER')),
  joined_at timestamptz not null,
  from_epoch int not null,
  from_xid xid8 not null,
  from_id bigint not null,
  until_epoch int,
  until_xid xid8,
  until_id bigint,
  left_at timestamptz,
  -- In the order of joining.
  primary key (group_id, from_epoch, from_xid, from_id),
  check (num_nulls(until_epoch, until_xid, until_id, left_at) in (0, 4))
);
create unique index stay_now on groups.stay (group_id, user_id) where until_epoch is null;
create unique index stay_owner on groups.stay (group_id) where role = 'OWNER' and until_epoch is null;
create index stay_of_user on groups.stay (user_id, group_id);

create view groups.membership as
  select group_id, user_id, role, from_epoch, from_xid, from_id, until_epoch, until_xid, until_id
  from groups.stay;

create view groups.titles as
  select id as group_id, title
  from groups.room;
