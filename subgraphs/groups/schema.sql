-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table groups.erasure (
  user_id uuid not null,
  done_at timestamp with time zone not null,
  constraint erasure_pkey PRIMARY KEY (user_id)
);

create table groups.room (
  id uuid not null,
  title text not null,
  created_at timestamp with time zone not null,
  constraint room_pkey PRIMARY KEY (id)
);

create table groups.stay (
  group_id uuid not null,
  user_id uuid not null,
  role text not null,
  joined_at timestamp with time zone not null,
  from_epoch integer not null,
  from_xid xid8 not null,
  from_id bigint not null,
  until_epoch integer,
  until_xid xid8,
  until_id bigint,
  left_at timestamp with time zone,
  constraint stay_pkey PRIMARY KEY (group_id, from_epoch, from_xid, from_id),
  constraint stay_check CHECK ((num_nulls(until_epoch, until_xid, until_id, left_at) = ANY (ARRAY[0, 4]))),
  constraint stay_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])))
);

alter table groups.stay
  add constraint stay_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

CREATE OR REPLACE FUNCTION groups.recipients(group_ids uuid[], epochs integer[], xids xid8[], ids bigint[])
 RETURNS TABLE(ord integer, user_id uuid)
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select asked.ord::integer, s.user_id
  from unnest($1, $2, $3, $4) with ordinality as asked (group_id, epoch, xid, id, ord)
  join groups.stay as s on s.group_id = asked.group_id
  where (s.from_epoch, s.from_xid, s.from_id) <= (asked.epoch, asked.xid, asked.id)
    and (s.until_epoch is null or (asked.epoch, asked.xid, asked.id) <= (s.until_epoch, s.until_xid, s.until_id))
$function$;

CREATE UNIQUE INDEX stay_now ON groups.stay USING btree (group_id, user_id) WHERE (until_epoch IS NULL);

CREATE INDEX stay_of_user ON groups.stay USING btree (user_id, group_id);

CREATE UNIQUE INDEX stay_owner ON groups.stay USING btree (group_id) WHERE ((role = 'OWNER'::text) AND (until_epoch IS NULL));

create view groups.erased as
 SELECT user_id
   FROM groups.erasure;

create view groups.membership as
 SELECT group_id,
    user_id,
    role,
    from_epoch,
    from_xid,
    from_id,
    until_epoch,
    until_xid,
    until_id
   FROM groups.stay;

create view groups.titles as
 SELECT id AS group_id,
    title
   FROM groups.room;
