-- compatible

-- Shorter than the lock timeout of the sends that wait behind this one; the migration tries again.
set local lock_timeout = '1500ms';

-- The key is the group, and the users who are told need not be members.
create trigger address_told after insert on events.log
for each row when (
  new.kind in (
    'groups.InviteEnded', 'groups.JoinRequested', 'groups.JoinRequestEnded', 'groups.FollowerLeft',
    'groups.FollowerRoleChanged', 'groups.MemberMuted'
  )
)
execute function events.note_addressed('told');

create trigger address_invited after insert on events.log
for each row when (new.kind = 'groups.Invited')
execute function events.note_addressed('userId');

create trigger address_followers after insert on events.log
for each row when (new.kind = 'groups.FollowersJoined')
execute function events.note_addressed('managers', 'userIds');

select events.addressed_from_now();
