-- compatible
-- no transaction
-- The messages of one sender and one type in a conversation. Texts, which have no type, are not in it.
drop index concurrently if exists chat.receipts_of_senders_and_types;
create index concurrently receipts_of_senders_and_types on chat.receipts (conversation_id, sender_id, type, sequence)
where type is not null and deleted_at is null;
