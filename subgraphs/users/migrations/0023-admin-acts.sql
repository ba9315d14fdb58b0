-- compatible
-- What an admin acted on, in whichever room: a group, a conversation, a message, a report.
alter table users.security_event add column target_id text;

-- Records what an admin did, for rooms that own no security log. Part of the transaction that does it. The id is a UUIDv7 of the
-- time; the note is what the admin wrote about it, and the network is the client's. Nothing is written about somebody who was
-- deleted: what was written before is erased, once.
create function users.record_admin_act(
  id uuid, kind text, at timestamptz, admin_id text, user_id uuid, target_id text, note text, network text
) returns void
language sql
volatile
as $$
  insert into users.security_event (id, kind, at, user_id, actor_kind, actor_id, client_network, detail, target_id)
  select $1, $2, $3, $5, 'ADMIN', $4, $8, jsonb_strip_nulls(jsonb_build_object('note', kept.note)), $6
  from (
    select case when not exists (
      select from users.account where account.id = $5 and account.state = 'DELETED'
    ) then $7 end as note
  ) as kept;
$$;
