-- compatible
-- no transaction
-- The answers to a message: messages that answer none are not in it.
drop index concurrently if exists chat.receipts_of_replies;
create index concurrently receipts_of_replies on chat.receipts (reply_to_id, sequence) where reply_to_id is not null;
