-- compatible

-- For the chat subgraph: users who do not show others what they have read.
create view users.hides_receipts as select user_id from users.setting where not read_receipts;
