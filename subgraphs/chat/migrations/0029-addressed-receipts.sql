-- compatible

-- Shorter than the lock timeout of the sends that wait behind this one; the migration tries again.
set local lock_timeout = '1500ms';

-- The key is the user who has read, and the senders of the messages are told.
create trigger address_receipts after insert on events.log
for each row when (new.kind in ('chat.MessagesRead', 'chat.MessagesDelivered'))
execute function events.note_addressed('told');

select events.addressed_from_now();
