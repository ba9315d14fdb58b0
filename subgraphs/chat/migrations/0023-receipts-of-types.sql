-- compatible
-- no transaction
-- The messages of one type in a conversation, such as its images. Texts, which have no type, are not in it.
drop index concurrently if exists chat.receipts_of_types;
create index concurrently receipts_of_types on chat.receipts (conversation_id, type, sequence)
where type is not null and deleted_at is null;
