-- compatible

-- Appends a message of the server itself to a group's conversation, called by the groups room in the transaction of the change
-- that the message tells of. The caller holds the conversation's lock, as `chat.append_messages` does, and has begun the
-- stays of those who are to see it. The one who changed the group is the sender. No app can give a message the id that the
-- sender has for it here, because it is no single line.
create function chat.append_system_message(
  message_id uuid, group_id uuid, actor_id uuid, happened_at timestamptz, content jsonb
)
returns void
language plpgsql
as $$
declare
  number integer;
  -- PostgreSQL is the message store, or no process has started on this data yet.
  keeps boolean := not exists (select from chat.message_store as s where s.kind <> 'postgres');
  payload jsonb;
begin
  update chat.conversations as c
  set last_sequence = c.last_sequence + 1, last_message_id = $1, last_at = greatest(c.last_at, $4)
  where c.id = $2
  returning c.last_sequence into strict number;

  payload := jsonb_build_object(
    'id', $1, 'conversationId', $2, 'senderId', $3, 'clientMessageId', E'system\n' || $1,
    'sentAt', to_char($4 at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'text', '', 'type', 'SYSTEM', 'content', $5, 'sequence', number, 'stored', keeps
  );

  insert into chat.receipts (
    sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id, type
  )
  select
    $3, payload ->> 'clientMessageId', $1, $2, number, $4, sha256(convert_to(payload::text, 'UTF8')),
    e.epoch, e.xid, e.id, 'SYSTEM'
  from events.append_many('chat.MessageSent', array[$2::text], array[payload]) as e;

  if keeps then
    insert into chat.messages (id, conversation_id, sequence, sender_id, client_message_id, text, sent_at, version, body)
    values (
      $1, $2, number, $3, payload ->> 'clientMessageId', '', $4, 1, jsonb_build_object('type', 'SYSTEM', 'content', $5)
    );
  end if;
end
$$;
