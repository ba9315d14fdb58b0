-- compatible
-- no transaction
drop index concurrently if exists delivery.sent_pushes_shown;
create index concurrently sent_pushes_shown on delivery.sent_pushes (device_id, collapse_key)
  where collapse_key is not null and withdrawn_at is null and outcome = 'SENT';
