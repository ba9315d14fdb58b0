-- compatible
-- no transaction
drop index concurrently if exists delivery.sent_pushes_of_user;
create index concurrently sent_pushes_of_user on delivery.sent_pushes (user_id, sent_at desc, device_id desc, event desc)
  where user_id is not null;
