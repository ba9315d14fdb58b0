-- compatible
-- no transaction
-- What one admin did.
drop index concurrently if exists users.security_event_of_admin;
create index concurrently security_event_of_admin on users.security_event (actor_id, id desc) where actor_kind = 'ADMIN';
