-- compatible
-- Nobody reads it: below is what answers for a whole send.
drop view users.closed_to_messages;

-- Everybody who was ever in a block, on either side, or ever took no messages at all. A send into a direct conversation looks up
-- the other user here; only if there is a row, it asks for blocks and settings. Rows are never deleted: one too many costs a little
-- time, one too few would let a message through.
create table users.refusing (
  user_id uuid primary key
);

create function users.note_block()
returns trigger
language plpgsql
as $$
begin
  insert into users.refusing (user_id) values (new.blocker_id), (new.blocked_id) on conflict do nothing;
  return null;
end
$$;
create trigger note_block after insert on users.block for each row execute function users.note_block();

create function users.note_closed()
returns trigger
language plpgsql
as $$
begin
  insert into users.refusing (user_id) values (new.user_id) on conflict do nothing;
  return null;
end
$$;
create trigger note_closed after insert or update of messages_from on users.setting
  for each row when (new.messages_from = 'NOBODY') execute function users.note_closed();

insert into users.refusing (user_id)
  select blocker_id from users.block
  union select blocked_id from users.block
  union select user_id from users.setting where messages_from = 'NOBODY';

-- Users who may refuse direct messages in existing conversations, or to whom they may be refused. Nobody else does: whoever sends
-- many messages looks here first.
create view users.may_refuse as
  select user_id
  from users.refusing;

-- Whether a direct message of a user to another one is refused, also in a conversation that exists.
create function users.refuses_messages(from_id uuid, to_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select exists (select from users.block where blocker_id = $2 and blocked_id = $1)
    or exists (select from users.block where blocker_id = $1 and blocked_id = $2)
    or exists (select from users.setting where user_id = $2 and messages_from = 'NOBODY')
$$;
