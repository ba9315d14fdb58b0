-- compatible
-- no transaction
-- Other rooms find people by the beginning of their names, through the view `users.people`.
drop index concurrently if exists users.account_name;
create index concurrently account_name on users.account (lower(display_name) collate "C", id);
