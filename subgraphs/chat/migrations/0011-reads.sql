-- compatible

-- How far a user has read a conversation, and how far the user's devices have got it; no row means nothing. Neither
-- position ever goes back.
create table chat.reads (
  user_id uuid not null,
  conversation_id uuid not null,
  read_up_to integer not null default 0,
  delivered_up_to integer not null default 0,
  primary key (user_id, conversation_id),
  constraint reads_delivered_first check (delivered_up_to >= read_up_to)
);
-- Who has read a message.
create index reads_of_conversation on chat.reads (conversation_id, read_up_to, user_id);

-- The conversations of which a user is a present participant, as the user has them. What a user may see of the messages
-- is decided here alone: those from `first_visible` on, which is above `last_sequence` if there is none. Positions and
-- sequences of a conversation rise together, so a member's history begins at the first receipt after the stay's start; a
-- stay that began with the conversation has the transaction 0.
create view chat.own_conversations as
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
  end as first_visible,
  coalesce(reads.read_up_to, 0) as read_up_to,
  coalesce(reads.delivered_up_to, 0) as delivered_up_to,
  own.pin_order,
  coalesce(own.favorite, false) as favorite,
  own.muted_until,
  chat.is_archived(own.archived_up_to, own.muted_until, c.last_sequence, c.last_at) as is_archived,
  coalesce(own.marked_unread, false) as marked_unread
from chat.participants as p
join chat.conversations as c on c.id = p.conversation_id
left join chat.preferences as own on own.user_id = p.user_id and own.conversation_id = p.conversation_id
left join chat.reads as reads on reads.user_id = p.user_id and reads.conversation_id = p.conversation_id
where p.until_epoch is null;
