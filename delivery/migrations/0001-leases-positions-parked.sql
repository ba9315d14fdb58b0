-- compatible

-- Processes that take part, while they say so: what there is to do is shared over the live ones.
create table delivery.workers (
  holder text primary key,
  expires_at timestamptz not null
);

-- Who relays (name 'relay') and who consumes a shard ('shard-0' …). All times are the database's.
create table delivery.leases (
  name text primary key,
  holder text not null,
  expires_at timestamptz not null,
  -- Rises with every taking; what is written under an older one is refused.
  term bigint not null
);

-- How far each reader of the log has come: everything at or below it is done. Named as the lease it is written under.
create table delivery.positions (
  name text primary key,
  epoch int not null,
  xid xid8 not null,
  id bigint not null,
  term bigint not null
);

-- Events that could not be delivered for good, and why.
create table delivery.parked (
  shard int not null,
  epoch int not null,
  xid xid8 not null,
  id bigint not null,
  kind text not null,
  key text not null,
  at timestamptz not null,
  payload jsonb not null,
  reason text not null,
  parked_at timestamptz not null default clock_timestamp(),
  primary key (epoch, xid, id)
);

-- Pushes that the provider refused for good; the token is left out.
create table delivery.parked_pushes (
  id bigint generated always as identity primary key,
  user_id text not null,
  device_id text not null,
  decision jsonb not null,
  reason text not null,
  parked_at timestamptz not null default clock_timestamp()
);
