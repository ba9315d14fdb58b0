-- compatible
-- no transaction
-- With it a user who was away for long reads the events of the own conversations, and not the whole log. A hash makes an entry
-- half as large as the key itself; keys that share one only cost a look more.
drop index concurrently if exists events.log_key;
create index concurrently log_key on events.log (hashtext(key), epoch, xid, id);
