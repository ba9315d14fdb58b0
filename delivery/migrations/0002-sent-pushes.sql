-- compatible

-- Which device was sent a push for which event, for as long as the same one may come again (delivery/sent-pushes.ts).
create table delivery.sent_pushes (
  event text not null,
  device_id text not null,
  sent_at timestamptz not null default clock_timestamp(),
  primary key (event, device_id)
);

create index sent_pushes_by_time on delivery.sent_pushes (sent_at);
