-- compatible

alter table chat.preferences
  -- The last message at the moment when the user cleared the history. Null: never.
  add column cleared_up_to integer,
  -- The last message at the moment when the user deleted the conversation for themselves: a later one brings it back.
  -- Null: not deleted.
  add column hidden_up_to integer;

-- As before, with what the user cleared and hid. `limit 1` makes PostgreSQL look up each row by its key: without
-- statistics it walked through all conversations of everybody.
create or replace view chat.own_conversations as
select
  p.user_id,
  c.id as conversation_id,
  c.kind,
  c.last_sequence,
  c.last_message_id,
  c.last_at,
  p.from_epoch,
  p.from_xid,
  p.from_id,
  greatest(
    case
      when p.from_xid = '0'::xid8 then 1
      else coalesce(
        (
          select r.sequence
          from chat.receipts as r
          where r.conversation_id = c.id and (r.epoch, r.xid, r.event_id) > (p.from_epoch, p.from_xid, p.from_id)
          order by r.epoch, r.xid, r.event_id
          limit 1
        ),
        c.last_sequence + 1
      )
    end,
    coalesce(own.cleared_up_to, 0) + 1
  ) as first_visible,
  coalesce(reads.read_up_to, 0) as read_up_to,
  coalesce(reads.delivered_up_to, 0) as delivered_up_to,
  own.pin_order,
  coalesce(own.favorite, false) as favorite,
  own.muted_until,
  chat.is_archived(own.archived_up_to, own.muted_until, c.last_sequence, c.last_at) as is_archived,
  coalesce(own.marked_unread, false) as marked_unread,
  coalesce(own.cleared_up_to, 0) as cleared_up_to,
  coalesce(c.last_sequence <= own.hidden_up_to, false) as is_hidden
from chat.participants as p
cross join lateral (select * from chat.conversations as one where one.id = p.conversation_id limit 1) as c
left join lateral (
  select * from chat.preferences as one
  where one.user_id = p.user_id and one.conversation_id = p.conversation_id
  limit 1
) as own on true
left join lateral (
  select * from chat.reads as one
  where one.user_id = p.user_id and one.conversation_id = p.conversation_id
  limit 1
) as reads on true
where p.until_epoch is null;
