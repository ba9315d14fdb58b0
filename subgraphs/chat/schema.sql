-- What the migrations beside this file lead to. Written by "npm run db:dump"; do not edit.

create table chat.conversations (
  id uuid not null,
  kind text not null,
  low_user_id uuid,
  high_user_id uuid,
  last_sequence integer not null default 0,
  last_message_id uuid,
  last_at timestamp with time zone not null,
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
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_in_order UNIQUE (conversation_id, sequence),
  constraint messages_sequence_check CHECK ((sequence > 0)),
  constraint messages_version_check CHECK ((version > 0))
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
  constraint receipts_pkey PRIMARY KEY (sender_id, client_message_id),
  constraint receipts_conversation_id_epoch_xid_event_id_key UNIQUE (conversation_id, epoch, xid, event_id),
  constraint receipts_conversation_id_sequence_key UNIQUE (conversation_id, sequence),
  constraint receipts_message_id_key UNIQUE (message_id),
  constraint receipts_content_hash_check CHECK ((octet_length(content_hash) = 32)),
  constraint receipts_sequence_check CHECK ((sequence > 0))
);

alter table chat.direct_participants
  add constraint direct_participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES chat.conversations(id);

alter table chat.receipts
  add constraint receipts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES chat.conversations(id);

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

CREATE INDEX direct_participants_of_user ON chat.direct_participants USING btree (user_id);

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
