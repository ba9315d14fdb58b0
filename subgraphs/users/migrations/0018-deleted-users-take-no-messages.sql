-- compatible
-- Nobody reads direct messages to a deleted user: they are refused as by a user who accepts none.
create or replace function users.refuses_messages(from_id uuid, to_id uuid)
returns boolean
language sql stable parallel safe
as $$
  select exists (select from users.block where blocker_id = $2 and blocked_id = $1)
    or exists (select from users.block where blocker_id = $1 and blocked_id = $2)
    or exists (select from users.setting where user_id = $2 and messages_from = 'NOBODY')
    or exists (select from users.account where id = $2 and state = 'DELETED')
$$;

create function users.note_deleted()
returns trigger
language plpgsql
as $$
begin
  insert into users.refusing (user_id) values (new.id) on conflict do nothing;
  return null;
end
$$;
create trigger note_deleted after update of state on users.account
  for each row when (new.state = 'DELETED') execute function users.note_deleted();

insert into users.refusing (user_id)
  select id from users.account where state = 'DELETED'
  on conflict do nothing;
