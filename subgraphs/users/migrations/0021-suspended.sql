-- compatible

-- Users who are suspended now: other rooms do nothing in their name.
create view users.suspended as
select user_id
from users.suspension
where until_at is null or until_at > now();
