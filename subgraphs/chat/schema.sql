-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table chat.conversations (
  id uuid not null,
  kind text not null,
  low_user_id uuid,
  high_user_id uuid,
  last_sequence integer not null default 0,
  last_message_id uuid,
  last_at timestamp with time zone not null,
  disappear_after integer,
  constraint conversations_pkey PRIMARY KEY (id),
  constraint conversations_low_user_id_high_user_id_key UNIQUE (low_user_id, high_user_id),
  constraint conversations_check CHECK ((num_nulls(low_user_id, high_user_id) =
CASE kind
    WHEN 'DIRECT'::text THEN 0
    ELSE 2
END)),
  constraint conversations_check1 CHECK ((low_user_id < high_user_id)),
  constraint conversations_check2 CHECK (((last_sequence = 0) = (last_message_id IS NULL))),
  constraint conversations_kind_check CHECK ((kind = ANY (ARRAY['DIRECT'::text, 'GROUP'::text])))
);

create table chat.direct_participants (
  conversation_id uuid not null,
  user_id uuid not null,
  from_epoch integer not null default 0,
  from_xid xid8 not null default '0'::xid8,
  from_id bigint not null default 0,
  constraint direct_participants_pkey PRIMARY KEY (conversation_id, user_id)
);

create table chat.drafts (
  user_id uuid not null,
  conversation_id uuid not null,
  text text,
  updated_at timestamp with time zone not null,
  constraint drafts_pkey PRIMARY KEY (user_id, conversation_id)
);

create table chat.erasure (
  user_id uuid not null,
  done_at timestamp with time zone not null,
  settled boolean not null default false,
  constraint erasure_pkey PRIMARY KEY (user_id)
);

create table chat.hidden_messages (
  user_id uuid not null,
  conversation_id uuid not null,
  sequence integer not null,
  constraint hidden_messages_pkey PRIMARY KEY (user_id, conversation_id, sequence)
);

create table chat.media (
  id uuid not null,
  owner_id uuid not null,
  file_name text,
  content_type text not null,
  bytes integer not null,
  width integer,
  height integer,
  duration_ms integer,
  created_at timestamp with time zone not null,
  complete boolean not null,
  unused_since timestamp with time zone,
  constraint media_pkey PRIMARY KEY (id),
  constraint media_bytes_check CHECK ((bytes > 0))
);

create table chat.mentions (
  message_id uuid not null,
  conversation_id uuid not null,
  user_id uuid
);

create table chat.message_store (
  the_only boolean not null default true,
  kind text not null,
  copying_to text,
  copied_up_to uuid,
  constraint message_store_pkey PRIMARY KEY (the_only),
  constraint message_store_check CHECK (((copying_to = ANY (ARRAY['mongodb'::text, 'postgres'::text])) AND (copying_to <> kind))),
  constraint message_store_kind_check CHECK ((kind = ANY (ARRAY['mongodb'::text, 'postgres'::text]))),
  constraint message_store_the_only_check CHECK (the_only)
);

create table chat.messages (
  id uuid not null,
  conversation_id uuid not null,
  sequence integer not null,
  sender_id uuid not null,
  client_message_id text not null,
  text text not null,
  sent_at timestamp with time zone not null,
  version integer not null,
  body jsonb,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_in_order UNIQUE (conversation_id, sequence),
  constraint messages_sequence_check CHECK ((sequence > 0)),
  constraint messages_version_check CHECK ((version > 0))
);

create table chat.pins (
  message_id uuid not null,
  conversation_id uuid not null,
  number bigint not null generated always as identity,
  pinned_by uuid,
  pinned_at timestamp with time zone not null,
  constraint pins_pkey PRIMARY KEY (message_id),
  constraint pins_conversation_id_number_key UNIQUE (conversation_id, number)
);

create table chat.preferences (
  user_id uuid not null,
  conversation_id uuid not null,
  pin_order integer,
  favorite boolean not null default false,
  muted_until timestamp with time zone,
  archived_up_to integer,
  marked_unread boolean not null default false,
  cleared_up_to integer,
  hidden_up_to integer,
  constraint preferences_pkey PRIMARY KEY (user_id, conversation_id),
  constraint preferences_pins UNIQUE (user_id, pin_order) DEFERRABLE
);

create table chat.reaction_counts (
  message_id uuid not null,
  emoji text not null,
  count integer not null,
  first_at timestamp with time zone not null,
  constraint reaction_counts_pkey PRIMARY KEY (message_id, emoji),
  constraint reaction_counts_count_check CHECK ((count > 0))
);

create table chat.reactions (
  message_id uuid not null,
  emoji text not null,
  user_id uuid not null,
  conversation_id uuid not null,
  reacted_at timestamp with time zone not null,
  constraint reactions_pkey PRIMARY KEY (message_id, emoji, user_id)
);

create table chat.reads (
  user_id uuid not null,
  conversation_id uuid not null,
  read_up_to integer not null default 0,
  delivered_up_to integer not null default 0,
  constraint reads_pkey PRIMARY KEY (user_id, conversation_id),
  constraint reads_delivered_first CHECK ((delivered_up_to >= read_up_to))
);

create table chat.receipts (
  sender_id uuid not null,
  client_message_id text not null,
  message_id uuid not null,
  conversation_id uuid not null,
  sequence integer not null,
  sent_at timestamp with time zone not null,
  content_hash bytea not null,
  epoch integer not null,
  xid xid8 not null,
  event_id bigint not null,
  type text,
  reply_to_id uuid,
  media_ids uuid[],
  version integer,
  deleted_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint receipts_pkey PRIMARY KEY (sender_id, client_message_id),
  constraint receipts_conversation_id_epoch_xid_event_id_key UNIQUE (conversation_id, epoch, xid, event_id),
  constraint receipts_conversation_id_sequence_key UNIQUE (conversation_id, sequence),
  constraint receipts_message_id_key UNIQUE (message_id),
  constraint receipts_content_hash_check CHECK ((octet_length(content_hash) = 32)),
  constraint receipts_sequence_check CHECK ((sequence > 0))
);

create table chat.scheduled (
  id uuid not null,
  user_id uuid not null,
  conversation_id uuid not null,
  client_message_id text not null,
  message jsonb not null,
  media_ids uuid[],
  send_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  held_until timestamp with time zone,
  refused_code text,
  refusal text,
  constraint scheduled_pkey PRIMARY KEY (id),
  constraint scheduled_user_id_client_message_id_key UNIQUE (user_id, client_message_id)
);

create table chat.search (
  message_id uuid not null,
  conversation_id uuid not null,
  sequence integer not null,
  version integer not null,
  words tsvector not null,
  constraint search_pkey PRIMARY KEY (message_id)
);

create table chat.search_progress (
  the_only boolean not null default true,
  language text not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  scanned_up_to uuid,
  scanned boolean not null default false,
  holder text not null,
  held_until timestamp with time zone not null,
  constraint search_progress_pkey PRIMARY KEY (the_only),
  constraint search_progress_the_only_check CHECK (the_only)
);

create table chat.slow_senders (
  conversation_id uuid not null,
  sender_id uuid not null,
  sent_at timestamp with time zone not null,
  constraint slow_senders_pkey PRIMARY KEY (conversation_id, sender_id)
);

create table chat.versions (
  message_id uuid not null,
  version integer not null,
  body jsonb not null,
  made_at timestamp with time zone not null,
  epoch integer,
  xid xid8,
  event_id bigint,
  constraint versions_pkey PRIMARY KEY (message_id, version),
  constraint versions_version_check CHECK ((version > 0))
);

alter table chat.direct_participants
  add constraint direct_participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES chat.conversations(id);

CREATE OR REPLACE FUNCTION chat.append_messages(messages jsonb, may_wait boolean, keeps boolean)
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

CREATE OR REPLACE FUNCTION chat.append_system_message(message_id uuid, group_id uuid, actor_id uuid, happened_at timestamp with time zone, content jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION chat.is_archived(archived_up_to integer, muted_until timestamp with time zone, last_sequence integer, last_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((archived_up_to IS NOT NULL) AND ((last_sequence <= archived_up_to) OR ((muted_until IS NOT NULL) AND (last_at < muted_until))));

CREATE OR REPLACE FUNCTION chat.open_group_conversation(group_id uuid, opened_at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into chat.conversations (id, kind, last_at) values ($1, 'GROUP', $2) on conflict do nothing
$function$;

CREATE OR REPLACE FUNCTION chat.recipients(conversation_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
 RETURNS TABLE(ord integer, user_id uuid)
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select asked.ord::integer, p.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (conversation_id, epoch, xid, id, ord)
  join chat.participants as p on p.conversation_id = asked.conversation_id
  where (p.from_epoch, p.from_xid, p.from_id) < (asked.epoch, asked.xid, asked.id)
    and (p.until_epoch is null or (asked.epoch, asked.xid, asked.id) < (p.until_epoch, p.until_xid, p.until_id))
$function$;

CREATE OR REPLACE FUNCTION chat.recipients_about_message(conversation_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
 RETURNS TABLE(ord integer, user_id uuid)
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select asked.ord::integer, p.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (conversation_id, epoch, xid, id, ord)
  join events.log as l on (l.epoch, l.xid, l.id) = (asked.epoch, asked.xid, asked.id)
  join chat.receipts as r on r.message_id = (l.payload ->> 'messageId')::uuid
  join chat.participants as p on p.conversation_id = r.conversation_id
  where r.conversation_id = asked.conversation_id
    and (p.from_epoch, p.from_xid, p.from_id) < (r.epoch, r.xid, r.event_id)
    and (p.until_epoch is null or (asked.epoch, asked.xid, asked.id) < (p.until_epoch, p.until_xid, p.until_id))
$function$;

CREATE OR REPLACE FUNCTION chat.search_bucket_of(sequence integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (sequence / 2000);

CREATE OR REPLACE FUNCTION chat.search_messages(user_id uuid, conversation_id uuid, terms text, before uuid, most integer, looks integer)
 RETURNS TABLE(message_id uuid)
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  own record;
  bucket integer;
  left_over integer := looks;
  asked tsquery;
  -- The newest messages so far, at most as many as are wanted, and above what a further one must be.
  found uuid[] := '{}';
  least uuid := '00000000-0000-0000-0000-000000000000';
  matching uuid[];
  of_conversation integer;
begin
  for own in
    select o.conversation_id, o.first_visible, o.last_sequence
    from chat.own_conversations as o
    where o.user_id = $1 and ($2 is null or o.conversation_id = $2) and o.last_sequence >= o.first_visible
    order by o.last_at desc
    limit looks
  loop
    of_conversation := 0;
    bucket := chat.search_bucket_of(coalesce(
      (select r.sequence from chat.receipts as r where r.message_id = $4 and r.conversation_id = own.conversation_id),
      own.last_sequence
    ));
    while bucket >= chat.search_bucket_of(own.first_visible) and of_conversation < most loop
      exit when left_over = 0;
      left_over := left_over - 1;
      asked := chat.search_words_at(chat.search_place(own.conversation_id, bucket), terms)::tsquery;
      matching := array(
        -- Materialized, or the planner may read the primary key from `before` down, which has the messages of everybody.
        with matched as materialized (
          select s.message_id, s.sequence
          from chat.search as s
          where s.words @@ asked and s.conversation_id = own.conversation_id and s.sequence >= own.first_visible
        )
        select m.message_id
        from matched as m
        where m.message_id < $4 and m.message_id > least and (
          select true from chat.hidden_messages as hidden
          where hidden.user_id = $1 and hidden.conversation_id = own.conversation_id and hidden.sequence = m.sequence
        ) is not true
        order by m.message_id desc
        limit most
      );
      of_conversation := of_conversation + cardinality(matching);
      if cardinality(matching) > 0 then
        found := array(select m.id from unnest(found || matching) as m (id) order by m.id desc limit most);
        if cardinality(found) = most then
          least := found[most];
        end if;
      end if;
      bucket := bucket - 1;
    end loop;
    exit when left_over = 0;
  end loop;
  return query select m.id from unnest(found) as m (id);
end
$function$;

CREATE OR REPLACE FUNCTION chat.search_place(conversation_id uuid, bucket integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((rtrim(encode(substr(uuid_send(conversation_id), 9), 'base64'::text), '='::text) || ':'::text) || bucket) || ':'::text);

CREATE OR REPLACE FUNCTION chat.search_terms(language regconfig, query text)
 RETURNS text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (querytree(asked.terms) = ANY (ARRAY[''::text, 'T'::text])) THEN NULL::text
             WHEN ((search_terms.query ~ '["\s]$'::text) OR ((asked.terms)::text !~ '''$'::text) OR ((asked.terms)::text ~ '!''(?:[^'']|'''')*''$'::text)) THEN (asked.terms)::text
             ELSE ((asked.terms)::text || ':*'::text)
         END AS "case"
    FROM ( SELECT websearch_to_tsquery(search_terms.language, search_terms.query) AS terms) asked;
END;

CREATE OR REPLACE FUNCTION chat.search_words_at(place text, words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(words, '''((?:[^'']|'''')*)'''::text, ((''''::text || place) || '\1'''::text), 'g'::text);

CREATE INDEX direct_participants_of_user ON chat.direct_participants USING btree (user_id);

CREATE INDEX media_of_owner ON chat.media USING btree (owner_id, created_at);

CREATE INDEX media_unused ON chat.media USING btree (unused_since) WHERE (unused_since IS NOT NULL);

CREATE INDEX mentions_of_everyone ON chat.mentions USING btree (conversation_id, message_id) WHERE (user_id IS NULL);

CREATE INDEX mentions_of_message ON chat.mentions USING btree (message_id);

CREATE INDEX mentions_of_user ON chat.mentions USING btree (user_id, message_id) WHERE (user_id IS NOT NULL);

CREATE INDEX pins_of_user ON chat.pins USING btree (pinned_by) WHERE (pinned_by IS NOT NULL);

CREATE INDEX reactions_in_order ON chat.reactions USING btree (message_id, emoji, reacted_at, user_id);

CREATE INDEX reactions_of_user ON chat.reactions USING btree (user_id, conversation_id, message_id);

CREATE INDEX reads_of_conversation ON chat.reads USING btree (conversation_id, read_up_to, user_id);

CREATE INDEX receipts_of_replies ON chat.receipts USING btree (reply_to_id, sequence) WHERE (reply_to_id IS NOT NULL);

CREATE INDEX receipts_of_senders ON chat.receipts USING btree (conversation_id, sender_id, sequence) WHERE (deleted_at IS NULL);

CREATE INDEX receipts_of_senders_and_types ON chat.receipts USING btree (conversation_id, sender_id, type, sequence) WHERE ((type IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX receipts_of_types ON chat.receipts USING btree (conversation_id, type, sequence) WHERE ((type IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX receipts_that_expire ON chat.receipts USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX receipts_with_media ON chat.receipts USING gin (media_ids) WHERE (media_ids IS NOT NULL);

CREATE INDEX scheduled_due ON chat.scheduled USING btree (send_at) WHERE (refused_code IS NULL);

CREATE INDEX scheduled_of_user ON chat.scheduled USING btree (user_id, send_at, id);

CREATE INDEX search_words ON chat.search USING gin (words) WITH (fastupdate=off);

CREATE INDEX slow_senders_of_user ON chat.slow_senders USING btree (sender_id);

create view chat.erased as
 SELECT user_id
   FROM chat.erasure;

create view chat.own_conversations as
 SELECT p.user_id,
    c.id AS conversation_id,
    c.kind,
    c.last_sequence,
    c.last_message_id,
    c.last_at,
    p.from_epoch,
    p.from_xid,
    p.from_id,
    GREATEST(
        CASE
            WHEN p.from_xid = '0'::xid8 THEN 1
            ELSE COALESCE(( SELECT r.sequence
               FROM chat.receipts r
              WHERE r.conversation_id = c.id AND ((ROW(r.epoch, r.xid, r.event_id) > ROW(p.from_epoch, p.from_xid, p.from_id)))
              ORDER BY r.epoch, r.xid, r.event_id
             LIMIT 1), c.last_sequence + 1)
        END, COALESCE(own.cleared_up_to, 0) + 1) AS first_visible,
    COALESCE(reads.read_up_to, 0) AS read_up_to,
    COALESCE(reads.delivered_up_to, 0) AS delivered_up_to,
    own.pin_order,
    COALESCE(own.favorite, false) AS favorite,
    own.muted_until,
    chat.is_archived(own.archived_up_to, own.muted_until, c.last_sequence, c.last_at) AS is_archived,
    COALESCE(own.marked_unread, false) AS marked_unread,
    COALESCE(own.cleared_up_to, 0) AS cleared_up_to,
    COALESCE(c.last_sequence <= own.hidden_up_to, false) AS is_hidden
   FROM chat.participants p
     CROSS JOIN LATERAL ( SELECT one.id,
            one.kind,
            one.low_user_id,
            one.high_user_id,
            one.last_sequence,
            one.last_message_id,
            one.last_at
           FROM chat.conversations one
          WHERE one.id = p.conversation_id
         LIMIT 1) c
     LEFT JOIN LATERAL ( SELECT one.user_id,
            one.conversation_id,
            one.pin_order,
            one.favorite,
            one.muted_until,
            one.archived_up_to,
            one.marked_unread,
            one.cleared_up_to,
            one.hidden_up_to
           FROM chat.preferences one
          WHERE one.user_id = p.user_id AND one.conversation_id = p.conversation_id
         LIMIT 1) own ON true
     LEFT JOIN LATERAL ( SELECT one.user_id,
            one.conversation_id,
            one.read_up_to,
            one.delivered_up_to
           FROM chat.reads one
          WHERE one.user_id = p.user_id AND one.conversation_id = p.conversation_id
         LIMIT 1) reads ON true
  WHERE p.until_epoch IS NULL;

create view chat.participants as
 SELECT direct_participants.conversation_id,
    direct_participants.user_id,
    direct_participants.from_epoch,
    direct_participants.from_xid,
    direct_participants.from_id,
    NULL::integer AS until_epoch,
    NULL::xid8 AS until_xid,
    NULL::bigint AS until_id
   FROM chat.direct_participants
UNION ALL
 SELECT membership.group_id AS conversation_id,
    membership.user_id,
    membership.from_epoch,
    membership.from_xid,
    membership.from_id,
    membership.until_epoch,
    membership.until_xid,
    membership.until_id
   FROM groups.membership;

create view chat.sent as
 SELECT message_id,
    conversation_id,
    sender_id,
    epoch,
    xid,
    event_id
   FROM chat.receipts;
