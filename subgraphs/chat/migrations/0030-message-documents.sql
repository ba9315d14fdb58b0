-- breaking: where MongoDB holds the messages, their documents get other field names, under which older code finds none

-- This file keeps older code from starting; the documents are rewritten when a process starts that uses MongoDB
-- (subgraphs/chat/messages/store/mongo-older.ts).
comment on table chat.message_store is 'Which store holds the messages. In MongoDB their fields are named as docs/migrating.md says.';
