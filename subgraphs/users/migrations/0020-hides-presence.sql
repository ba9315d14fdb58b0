-- compatible

-- For the chat subgraph: users who look offline, so that nothing tells that they are there.
create view users.invisible as select user_id from users.setting where invisible;
