-- compatible

-- What the process shows in PostgreSQL as long as it lives (platform/sql/life-sign.ts); null where it shows nothing.
alter table delivery.workers add column sign int;
