-- compatible
-- no transaction
drop index concurrently if exists delivery.parked_pushes_to_retry;
create index concurrently parked_pushes_to_retry on delivery.parked_pushes (retry_at) where retry_at is not null;
