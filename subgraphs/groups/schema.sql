-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table groups.audit (
  id uuid not null,
  group_id uuid not null,
  act text not null,
  by_id uuid not null,
  user_id uuid,
  users integer,
  detail text not null,
  created_at timestamp with time zone not null,
  constraint audit_pkey PRIMARY KEY (group_id, id)
);

create table groups.ban (
  group_id uuid not null,
  user_id uuid not null,
  by_id uuid not null,
  reason text not null,
  created_at timestamp with time zone not null,
  constraint ban_pkey PRIMARY KEY (group_id, user_id)
);

create table groups.erasure (
  user_id uuid not null,
  done_at timestamp with time zone not null,
  constraint erasure_pkey PRIMARY KEY (user_id)
);

create table groups.invite (
  group_id uuid not null,
  user_id uuid not null,
  by_id uuid not null,
  created_at timestamp with time zone not null,
  constraint invite_pkey PRIMARY KEY (group_id, user_id)
);

create table groups.join_request (
  group_id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone not null,
  constraint join_request_pkey PRIMARY KEY (group_id, user_id)
);

create table groups.link (
  id uuid not null,
  group_id uuid not null,
  code text not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  max_uses integer,
  uses integer not null default 0,
  needs_approval boolean not null,
  revoked_at timestamp with time zone,
  constraint link_pkey PRIMARY KEY (id),
  constraint link_code_key UNIQUE (code),
  constraint link_check CHECK (((uses >= 0) AND (uses <= COALESCE(max_uses, uses)))),
  constraint link_max_uses_check CHECK ((max_uses > 0))
);

create table groups.report (
  id uuid not null,
  group_id uuid,
  user_id uuid,
  message_id uuid,
  reporter_id uuid not null,
  reason text not null,
  note text not null,
  created_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolved_by text,
  assigned_to text,
  outcome text,
  answer text,
  constraint report_pkey PRIMARY KEY (id)
);

create table groups.room (
  id uuid not null,
  title text not null,
  created_at timestamp with time zone not null,
  kind text not null default 'PRIVATE'::text,
  description text not null default ''::text,
  avatar_url text,
  who_may_send text not null default 'MEMBERS'::text,
  who_may_invite text not null default 'ADMINS'::text,
  who_may_edit text not null default 'ADMINS'::text,
  who_may_see_members text not null default 'MEMBERS'::text,
  slow_mode_seconds integer not null default 0,
  member_count integer not null default 0,
  deleted_at timestamp with time zone,
  constraint room_pkey PRIMARY KEY (id),
  constraint room_kind_check CHECK ((kind = ANY (ARRAY['PRIVATE'::text, 'PUBLIC'::text, 'BROADCAST'::text]))) NOT VALID,
  constraint room_rules_check CHECK (((who_may_send = ANY (ARRAY['MEMBERS'::text, 'ADMINS'::text])) AND (who_may_invite = ANY (ARRAY['MEMBERS'::text, 'ADMINS'::text])) AND (who_may_edit = ANY (ARRAY['MEMBERS'::text, 'ADMINS'::text])) AND (who_may_see_members = ANY (ARRAY['MEMBERS'::text, 'ADMINS'::text])) AND ((slow_mode_seconds >= 0) AND (slow_mode_seconds <= 86400)))) NOT VALID
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
  muted_until timestamp with time zone,
  constraint stay_pkey PRIMARY KEY (group_id, from_epoch, from_xid, from_id),
  constraint stay_check CHECK ((num_nulls(until_epoch, until_xid, until_id, left_at) = ANY (ARRAY[0, 4]))),
  constraint stay_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])))
);

alter table groups.audit
  add constraint audit_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

alter table groups.ban
  add constraint ban_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

alter table groups.invite
  add constraint invite_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

alter table groups.join_request
  add constraint join_request_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

alter table groups.link
  add constraint link_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

alter table groups.report
  add constraint report_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.room(id);

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

CREATE OR REPLACE FUNCTION groups.refuse_writing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'The view %.% is only for reading: groups change by the groups room alone.', tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state';
end
$function$;

CREATE INDEX audit_of_user ON groups.audit USING btree (by_id);

CREATE INDEX ban_of_group ON groups.ban USING btree (group_id, created_at DESC, user_id DESC);

CREATE INDEX ban_of_user ON groups.ban USING btree (user_id);

CREATE INDEX invite_of_group ON groups.invite USING btree (group_id, created_at DESC, user_id DESC);

CREATE INDEX invite_of_inviter ON groups.invite USING btree (by_id);

CREATE INDEX invite_of_user ON groups.invite USING btree (user_id, created_at DESC, group_id DESC);

CREATE INDEX join_request_of_group ON groups.join_request USING btree (group_id, created_at, user_id);

CREATE INDEX join_request_of_user ON groups.join_request USING btree (user_id);

CREATE INDEX link_of_group ON groups.link USING btree (group_id, id DESC) WHERE (revoked_at IS NULL);

CREATE INDEX link_of_user ON groups.link USING btree (created_by);

CREATE INDEX report_of_reporter ON groups.report USING btree (reporter_id, created_at);

CREATE INDEX report_of_user ON groups.report USING btree (user_id, id DESC);

CREATE UNIQUE INDEX report_open ON groups.report USING btree (reporter_id, group_id, user_id, message_id) NULLS NOT DISTINCT WHERE (resolved_at IS NULL);

CREATE INDEX report_queue ON groups.report USING btree (id DESC) WHERE (resolved_at IS NULL);

CREATE INDEX stay_managers ON groups.stay USING btree (group_id, from_epoch, from_xid, from_id) WHERE ((role <> 'MEMBER'::text) AND (until_epoch IS NULL));

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

create view groups.rights as
 SELECT stay.group_id,
    stay.user_id,
    stay.role <> 'MEMBER'::text AS is_manager,
    room.kind = 'BROADCAST'::text OR room.who_may_send = 'ADMINS'::text AS only_managers_send,
    stay.role <> 'MEMBER'::text OR room.kind <> 'BROADCAST'::text AND room.who_may_see_members = 'MEMBERS'::text AS may_list_members,
    stay.muted_until,
    room.slow_mode_seconds
   FROM groups.stay
     JOIN groups.room ON room.id = stay.group_id
  WHERE stay.until_epoch IS NULL;

create view groups.sizes as
 SELECT id AS group_id,
    member_count,
    kind = 'BROADCAST'::text AS is_broadcast,
    kind = 'BROADCAST'::text OR who_may_see_members = 'ADMINS'::text AS hides_members
   FROM groups.room;

create view groups.titles as
 SELECT id AS group_id,
    title
   FROM groups.room;

CREATE TRIGGER refuse_writing INSTEAD OF INSERT OR DELETE OR UPDATE ON groups.erased FOR EACH ROW EXECUTE FUNCTION groups.refuse_writing();

CREATE TRIGGER refuse_writing INSTEAD OF INSERT OR DELETE OR UPDATE ON groups.membership FOR EACH ROW EXECUTE FUNCTION groups.refuse_writing();

CREATE TRIGGER refuse_writing INSTEAD OF INSERT OR DELETE OR UPDATE ON groups.sizes FOR EACH ROW EXECUTE FUNCTION groups.refuse_writing();

CREATE TRIGGER refuse_writing INSTEAD OF INSERT OR DELETE OR UPDATE ON groups.titles FOR EACH ROW EXECUTE FUNCTION groups.refuse_writing();
