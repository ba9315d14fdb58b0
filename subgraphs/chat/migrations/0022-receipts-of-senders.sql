-- compatible
-- no transaction
-- The messages of one sender in a conversation.
drop index concurrently if exists chat.receipts_of_senders;
create index concurrently receipts_of_senders on chat.receipts (conversation_id, sender_id, sequence)
where deleted_at is null;
