-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table nonces.used (
  hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint used_pkey PRIMARY KEY (hash)
);

CREATE INDEX used_expires_at ON nonces.used USING btree (expires_at);
