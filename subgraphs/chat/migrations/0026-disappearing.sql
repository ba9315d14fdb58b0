-- compatible

-- After how many seconds messages that are sent from now on disappear; null: they stay.
alter table chat.conversations add column disappear_after integer;
-- When the message disappears: by the timer that held when it was sent. Null: it stays.
alter table chat.receipts add column expires_at timestamptz;

-- As before, and each message takes the timer of its conversation. A message that stays carries nothing of it.
drop function chat.append_messages(jsonb, boolean, boolean);
create function chat.append_messages(messages jsonb, may_wait boolean, keeps boolean)
 RETURNS TABLE(ord integer, outcome text, message_id uuid, sequence integer, sent_at timestamp with time zone, same_content boolean, kind text, last_sequence integer, last_message_id uuid, last_at timestamp with time zone, first_visible integer, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  wanted uuid[] := array(
    select distinct (m.message ->> 'conversationId')::uuid as id from jsonb_array_elements(messages) as m (message) order by id
  );
  held uuid[];
begin
  if may_wait then
    -- In the order of the ids, so that two calls cannot deadlock.
    perform events.lock(w.id::text) from unnest(wanted) as w (id);
    held := wanted;
  else
    held := array(select w.id from unnest(wanted) as w (id) where events.try_lock(w.id::text));
  end if;

  return query
  with asked as materialized (
    select
      m.ord::integer as ord,
      m.message - 'contentHash' as payload,
      (m.message ->> 'id')::uuid as id,
      (m.message ->> 'conversationId')::uuid as conversation_id,
      (m.message ->> 'senderId')::uuid as sender_id,
      m.message ->> 'clientMessageId' as client_message_id,
      decode(m.message ->> 'contentHash', 'hex') as content_hash,
      (m.message ->> 'sentAt')::timestamptz as sent_at
    from jsonb_array_elements(messages) with ordinality as m (message, ord)
  ), met as (
    select
      a.*,
      a.conversation_id = any (held) as is_held,
      c.kind, c.last_sequence, c.last_message_id, c.last_at, c.disappear_after,
      stay.from_epoch, stay.from_xid, stay.from_id,
      r.message_id, r.sequence, r.sent_at as first_sent_at, r.content_hash = a.content_hash as same_content,
      refusal.is_refused,
      rule.only_managers_send, rule.muted_until, rule.slow_mode_seconds, rule.last_sent_at
    from asked as a
    left join lateral (
      select p.from_epoch, p.from_xid, p.from_id
      from chat.participants as p
      where p.conversation_id = a.conversation_id and p.user_id = a.sender_id and p.until_epoch is null
      limit 1
    ) as stay on true
    left join lateral (
      select
        c.kind, c.last_sequence, c.last_message_id, c.last_at, c.disappear_after,
        -- Null in a group.
        case a.sender_id when c.low_user_id then c.high_user_id else c.low_user_id end as peer_id
      from chat.conversations as c
      where c.id = a.conversation_id and stay.from_epoch is not null
      limit 1
    ) as c on true
    left join lateral (
      select r.message_id, r.sequence, r.sent_at, r.content_hash
      from chat.receipts as r
      where r.sender_id = a.sender_id and r.client_message_id = a.client_message_id
      limit 1
    ) as r on true
    left join lateral (
      select true as is_refused
      from users.may_refuse as other
      where other.user_id = c.peer_id
        -- A function, and no subqueries: it costs nothing where nobody refuses.
        and users.refuses_messages(a.sender_id, other.user_id)
      limit 1
    ) as refusal on true
    left join lateral (
      select rights.only_managers_send, rights.muted_until, rights.slow_mode_seconds, slow.sent_at as last_sent_at
      from groups.rights
      left join chat.slow_senders as slow
        on slow.conversation_id = rights.group_id and slow.sender_id = rights.user_id and rights.slow_mode_seconds > 0
      where c.kind = 'GROUP'
        and rights.group_id = a.conversation_id
        and rights.user_id = a.sender_id
        and not rights.is_manager
      limit 1
    ) as rule on true
  ), judged as materialized (
    select
      m.*,
      case
        when not m.is_held then 'BUSY'
        when m.kind is null then 'NOT_FOUND'
        when m.message_id is not null then 'REPEATED'
        when m.is_refused then 'REFUSED'
        when m.only_managers_send then 'FORBIDDEN'
        when m.muted_until > m.sent_at then 'MUTED'
        when m.slow_mode_seconds > 0 and (
          m.last_sent_at + make_interval(secs => m.slow_mode_seconds) > m.sent_at
          -- A second one in the same call.
          or row_number() over (partition by m.conversation_id, m.sender_id, m.message_id is null order by m.ord) > 1
        ) then 'SLOWED'
        else 'SENT'
      end as outcome
    from met as m
  ), fresh as materialized (
    select
      m.*,
      (row_number() over (order by m.ord))::integer as place,
      m.sent_at + make_interval(secs => m.disappear_after) as expires_at,
      case
        when m.disappear_after is null then '{}'::jsonb
        else jsonb_build_object(
          'expiresAt',
          to_char(
            (m.sent_at + make_interval(secs => m.disappear_after)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
          )
        )
      end as expiry,
      m.last_sequence + (row_number() over (partition by m.conversation_id order by m.ord))::integer as new_sequence
    from judged as m
    where m.outcome = 'SENT'
  ), moved as (
    update chat.conversations as c
    set
      last_sequence = l.new_sequence,
      last_message_id = l.id,
      last_at = greatest(c.last_at, l.sent_at)
    from (
      select distinct on (f.conversation_id) f.conversation_id, f.new_sequence, f.id, f.sent_at
      from fresh as f
      order by f.conversation_id, f.new_sequence desc
    ) as l
    where c.id = l.conversation_id
  ), logged as materialized (
    select e.ord as place, e.epoch, e.xid, e.id
    from events.append_many(
      'chat.MessageSent',
      array(select f.conversation_id::text from fresh as f order by f.place),
      array(select f.payload || f.expiry || jsonb_build_object('sequence', f.new_sequence, 'stored', keeps) from fresh as f order by f.place)
    ) as e
  ), receipted as (
    insert into chat.receipts (
      sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id, type, reply_to_id,
      expires_at
    )
    select
      f.sender_id, f.client_message_id, f.id, f.conversation_id, f.new_sequence, f.sent_at, f.content_hash,
      l.epoch, l.xid, l.id, f.payload ->> 'type', (f.payload ->> 'replyToId')::uuid,
      f.expires_at
    from fresh as f
    join logged as l on l.place = f.place
    -- Sorted, so that two calls cannot deadlock on the unique index.
    order by f.sender_id, f.client_message_id
  ), slowed as (
    insert into chat.slow_senders (conversation_id, sender_id, sent_at)
    select f.conversation_id, f.sender_id, f.sent_at
    from fresh as f
    where f.slow_mode_seconds > 0
    order by f.conversation_id, f.sender_id
    on conflict on constraint slow_senders_pkey do update set sent_at = excluded.sent_at
  ), kept as (
    insert into chat.messages (id, conversation_id, sequence, sender_id, client_message_id, text, sent_at, version, body)
    select
      f.id, f.conversation_id, f.new_sequence, f.sender_id, f.client_message_id, f.payload ->> 'text', f.sent_at, 1,
      nullif((f.payload || f.expiry) - '{id,conversationId,senderId,clientMessageId,text,sentAt}'::text[], '{}')
    from fresh as f
    where keeps
  )
  select
    m.ord,
    m.outcome,
    coalesce(m.message_id, m.id),
    coalesce(m.sequence, f.new_sequence),
    case m.outcome
      when 'MUTED' then m.muted_until
      when 'SLOWED' then make_interval(secs => m.slow_mode_seconds)
        + case when m.last_sent_at + make_interval(secs => m.slow_mode_seconds) > m.sent_at then m.last_sent_at else m.sent_at end
      else coalesce(m.first_sent_at, m.sent_at)
    end,
    m.same_content,
    m.kind,
    coalesce(f.new_sequence, m.last_sequence),
    case when f.new_sequence is null then m.last_message_id else m.id end,
    case when f.new_sequence is null then m.last_at else greatest(m.last_at, m.sent_at) end,
    case
      when m.kind is null then null
      -- The stay began with the conversation, so the sender sees all messages.
      when m.from_xid = '0'::xid8 then 1
      else coalesce(
        (
          select r.sequence
          from chat.receipts as r
          where r.conversation_id = m.conversation_id
            and (r.epoch, r.xid, r.event_id) > (m.from_epoch, m.from_xid, m.from_id)
          order by r.epoch, r.xid, r.event_id
          limit 1
        ),
        m.last_sequence + 1
      )
    end,
    f.expires_at
  from judged as m
  left join fresh as f on f.ord = m.ord
  order by m.ord;

  -- A statement of its own: messages without mentions do not pay for it.
  if jsonb_path_exists(messages, '$[*].mentions') then
    insert into chat.mentions (message_id, conversation_id, user_id)
    select r.message_id, r.conversation_id, mentioned.user_id
    from jsonb_array_elements(messages) as m (message)
    join chat.receipts as r on r.message_id = (m.message ->> 'id')::uuid
    cross join lateral (
      select named.user_id::uuid as user_id
      from jsonb_array_elements_text(m.message #> '{mentions,userIds}') as named (user_id)
      union all
      select null
      where m.message #> '{mentions,everyone}' = 'true'
    ) as mentioned;
  end if;

  -- The same for files.
  if jsonb_path_exists(messages, '$[*].mediaIds') then
    update chat.receipts as r
    set media_ids = array(select m.media_id::uuid from jsonb_array_elements_text(given.message -> 'mediaIds') as m (media_id))
    from jsonb_array_elements(messages) as given (message)
    where r.message_id = (given.message ->> 'id')::uuid and given.message ? 'mediaIds';
  end if;
end
$function$;
