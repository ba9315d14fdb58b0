-- compatible
-- no transaction
-- Reports about one user.
drop index concurrently if exists groups.report_of_user;
create index concurrently report_of_user on groups.report (user_id, id desc);
