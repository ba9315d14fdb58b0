-- compatible
-- no transaction
-- The messages that are to disappear: others are not in it.
drop index concurrently if exists chat.receipts_that_expire;
create index concurrently receipts_that_expire on chat.receipts (expires_at)
  where expires_at is not null and deleted_at is null;
