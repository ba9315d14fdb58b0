-- compatible
-- no transaction
-- What admins did to one group, conversation, message or report.
drop index concurrently if exists users.security_event_of_target;
create index concurrently security_event_of_target on users.security_event (target_id, id desc) where target_id is not null;
