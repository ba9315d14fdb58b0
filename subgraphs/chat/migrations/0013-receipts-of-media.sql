-- compatible
-- no transaction
-- Which message has a file: messages without files are not in it.
drop index concurrently if exists chat.receipts_with_media;
create index concurrently receipts_with_media on chat.receipts using gin (media_ids) where media_ids is not null;
