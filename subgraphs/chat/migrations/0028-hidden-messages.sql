-- compatible

-- Messages that a user deleted for themselves: nobody else notices. The rows up to what the user clears later are removed.
create table chat.hidden_messages (
  user_id uuid not null,
  conversation_id uuid not null,
  -- The number of the message.
  sequence integer not null,
  primary key (user_id, conversation_id, sequence)
);

-- As before, without the messages that the user deleted for themselves.
create or replace function chat.search_messages(
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
$$;
