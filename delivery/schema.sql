-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table delivery.erasure (
  user_id uuid not null,
  done_at timestamp with time zone not null,
  constraint erasure_pkey PRIMARY KEY (user_id)
);

create table delivery.leases (
  name text not null,
  holder text not null,
  expires_at timestamp with time zone not null,
  term bigint not null,
  constraint leases_pkey PRIMARY KEY (name)
);

create table delivery.parked (
  shard integer not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  kind text not null,
  key text not null,
  at timestamp with time zone not null,
  payload jsonb,
  reason text not null,
  parked_at timestamp with time zone not null default clock_timestamp(),
  constraint parked_pkey PRIMARY KEY (epoch, xid, id)
);

create table delivery.parked_pushes (
  id bigint not null generated always as identity,
  user_id text not null,
  device_id text not null,
  decision jsonb not null,
  reason text not null,
  parked_at timestamp with time zone not null default clock_timestamp(),
  retry_at timestamp with time zone,
  parks integer not null default 1,
  first_at timestamp with time zone,
  constraint parked_pushes_pkey PRIMARY KEY (id)
);

create table delivery.positions (
  name text not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  term bigint not null,
  constraint positions_pkey PRIMARY KEY (name)
);

create table delivery.sent_pushes (
  event text not null,
  device_id text not null,
  sent_at timestamp with time zone not null default clock_timestamp(),
  user_id text,
  outcome text not null default 'SENT'::text,
  reason text,
  data jsonb,
  collapse_key text,
  withdrawn_at timestamp with time zone,
  constraint sent_pushes_pkey PRIMARY KEY (event, device_id)
);

create table delivery.workers (
  holder text not null,
  expires_at timestamp with time zone not null,
  sign integer,
  constraint workers_pkey PRIMARY KEY (holder)
);

CREATE INDEX parked_pushes_by_time ON delivery.parked_pushes USING btree (parked_at);

CREATE INDEX parked_pushes_of_user ON delivery.parked_pushes USING btree (user_id);

CREATE INDEX parked_pushes_to_retry ON delivery.parked_pushes USING btree (retry_at) WHERE (retry_at IS NOT NULL);

CREATE INDEX sent_pushes_by_time ON delivery.sent_pushes USING btree (sent_at);

CREATE INDEX sent_pushes_of_user ON delivery.sent_pushes USING btree (user_id, sent_at DESC, device_id DESC, event DESC) WHERE (user_id IS NOT NULL);

CREATE INDEX sent_pushes_shown ON delivery.sent_pushes USING btree (device_id, collapse_key) WHERE ((collapse_key IS NOT NULL) AND (withdrawn_at IS NULL) AND (outcome = 'SENT'::text));

create view delivery.erased as
 SELECT user_id
   FROM delivery.erasure;

create view delivery.push_decisions as
 SELECT user_id,
    device_id,
    event,
    outcome,
    reason,
    data,
    sent_at AS decided_at
   FROM delivery.sent_pushes
  WHERE user_id IS NOT NULL;
