-- compatible

-- The words of each message that has any, for the search. A reader of the event log fills it (search/job.ts), a moment
-- after the message. Each word begins with its place: the conversation, and which 2,000 messages of it. So a search reads
-- from the index only what is of the conversation, however many messages others have, and the newest messages first.
create table chat.search (
  message_id uuid primary key,
  conversation_id uuid not null,
  sequence integer not null,
  version integer not null,
  words tsvector not null
);
-- Without the list of pending entries: each look would read it.
create index search_words on chat.search using gin (words) with (fastupdate = off);

-- How far the event log was read for the search, and the messages that were there before.
create table chat.search_progress (
  the_only boolean primary key default true check (the_only),
  -- Another one means that all words are made anew.
  language text not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  -- The messages of the store are read in the order of their ids, once.
  scanned_up_to uuid,
  scanned boolean not null default false,
  -- The process that reads, until when.
  holder text not null,
  held_until timestamptz not null
);

create function chat.search_bucket_of(sequence integer) returns integer
language sql immutable parallel safe
return $1 / 2000;

-- What the words of a part of a conversation begin with. The last 8 bytes of an id are random.
create function chat.search_place(conversation_id uuid, bucket integer) returns text
language sql immutable parallel safe
return rtrim(encode(substr(uuid_send($1), 9), 'base64'), '=') || ':' || $2 || ':';

-- Each word of the text form of a tsvector or a tsquery with a beginning. Such a text has each word between apostrophes.
create function chat.search_words_at(place text, words text) returns text
language sql immutable parallel safe
return regexp_replace($2, '''((?:[^'']|'''')*)''', '''' || $1 || '\1''', 'g');

-- What is searched for, as a tsquery in text form without places; null if it is no word at all, or only words that a message
-- must not have. The last word may go on, as it may still be typed.
create function chat.search_terms(language regconfig, query text) returns text
language sql stable
begin atomic
  select case
    when querytree(asked.terms) in ('', 'T') then null
    when $2 ~ '["\s]$' or asked.terms::text !~ '''$' or asked.terms::text ~ '!''(?:[^'']|'''')*''$' then asked.terms::text
    else asked.terms::text || ':*'
  end
  from (select websearch_to_tsquery($1, $2) as terms) as asked;
end;

-- The messages that a user may see and that have the words, the newest first, those below `before`; in one conversation, or
-- in all of the user's. It looks into `looks` parts of conversations at most: those of the conversations that were active
-- last, and in each the newest first.
create function chat.search_messages(
  user_id uuid, conversation_id uuid, terms text, before uuid, most integer, looks integer
) returns table (message_id uuid)
language plpgsql stable
set enable_seqscan = off
as $$
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
          select s.message_id
          from chat.search as s
          where s.words @@ asked and s.conversation_id = own.conversation_id and s.sequence >= own.first_visible
        )
        select m.message_id
        from matched as m
        where m.message_id < $4 and m.message_id > least
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
$$;
