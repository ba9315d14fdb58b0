-- compatible
-- no transaction
-- A username is one user's, whoever asks for it at the same moment; a search for a prefix is a range of it.
drop index concurrently if exists users.account_username;
create unique index concurrently account_username on users.account (username);
