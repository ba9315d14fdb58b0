-- compatible
-- no transaction
-- The queue of open reports.
drop index concurrently if exists groups.report_queue;
create index concurrently report_queue on groups.report (id desc) where resolved_at is null;
