-- compatible
-- For other rooms: who sent which message where, and at which position of the log.
create view chat.sent as
  select message_id, conversation_id, sender_id, epoch, xid, event_id
  from chat.receipts;
