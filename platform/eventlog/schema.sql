-- The schema after all migrations beside this file. Written by "npm run db:dump"; do not edit.

create table events.addressed (
  user_id uuid not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  constraint addressed_pkey PRIMARY KEY (user_id, epoch, xid, id)
);

create table events.copies (
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  copy_epoch integer not null,
  copy_xid xid8 not null,
  copy_id bigint not null,
  constraint copies_pkey PRIMARY KEY (copy_epoch, copy_xid, copy_id)
);

create table events.log (
  epoch integer not null,
  xid xid8 not null,
  id bigint not null generated always as identity,
  shard smallint not null,
  kind text not null,
  key text not null,
  at timestamp with time zone not null default clock_timestamp(),
  payload jsonb not null,
  constraint log_pkey PRIMARY KEY (epoch, xid, id)
);

create table events.settings (
  only_row boolean not null default true,
  shards integer not null default 16,
  epoch integer not null default 1,
  retention_days integer not null default 30,
  server text,
  floor_epoch integer not null default 0,
  floor_xid xid8 not null default '0'::xid8,
  floor_id bigint not null default 0,
  addressed_epoch integer not null default 0,
  addressed_xid xid8 not null default '0'::xid8,
  addressed_id bigint not null default 0,
  constraint settings_pkey PRIMARY KEY (only_row),
  constraint settings_only_row_check CHECK (only_row),
  constraint settings_retention_days_check CHECK ((retention_days > 0)),
  constraint settings_shards_check CHECK (((shards >= 1) AND (shards <= 256)))
);

CREATE OR REPLACE FUNCTION events.addressed_from_now()
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE events.settings s SET addressed_epoch = s.epoch, addressed_xid = pg_snapshot_xmax(pg_current_snapshot()), addressed_id = 0;
END;

CREATE OR REPLACE FUNCTION events.append(kind text, key text, payload jsonb)
 RETURNS TABLE(epoch integer, xid xid8, id bigint, shard integer)
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO events.log AS l (epoch, xid, shard, kind, key, payload)  SELECT s.epoch,
             pg_current_xact_id() AS pg_current_xact_id,
             events.shard_of(append.key) AS shard_of,
             append.kind,
             append.key,
             append.payload
            FROM events.settings s
   RETURNING l.epoch,
     l.xid,
     l.id,
     (l.shard)::integer AS shard;
END;

CREATE OR REPLACE FUNCTION events.append_copy(of_epoch integer, of_xid xid8, of_id bigint)
 RETURNS TABLE(epoch integer, xid xid8, id bigint, shard integer)
 LANGUAGE sql
BEGIN ATOMIC
 WITH copied AS MATERIALIZED (
          INSERT INTO events.log AS l (epoch, xid, shard, kind, key, payload)  SELECT s.epoch,
                     pg_current_xact_id() AS pg_current_xact_id,
                     o.shard,
                     o.kind,
                     o.key,
                     o.payload
                    FROM events.log o,
                     events.settings s
                   WHERE ((o.epoch = append_copy.of_epoch) AND (o.xid = append_copy.of_xid) AND (o.id = append_copy.of_id))
           RETURNING l.epoch,
             l.xid,
             l.id,
             (l.shard)::integer AS shard
         ), noted AS (
          INSERT INTO events.copies (epoch, xid, id, copy_epoch, copy_xid, copy_id)  SELECT COALESCE(first.epoch, append_copy.of_epoch) AS "coalesce",
                     COALESCE(first.xid, append_copy.of_xid) AS "coalesce",
                     COALESCE(first.id, append_copy.of_id) AS "coalesce",
                     c_1.epoch,
                     c_1.xid,
                     c_1.id
                    FROM (copied c_1
                      LEFT JOIN events.copies first ON (((first.copy_epoch = append_copy.of_epoch) AND (first.copy_xid = append_copy.of_xid) AND (first.copy_id = append_copy.of_id))))
         )
  SELECT c.epoch,
     c.xid,
     c.id,
     c.shard
    FROM copied c;
END;

CREATE OR REPLACE FUNCTION events.append_many(kind text, keys text[], payloads jsonb[])
 RETURNS TABLE(ord integer, epoch integer, xid xid8, id bigint, shard integer)
 LANGUAGE sql
BEGIN ATOMIC
 WITH numbered AS MATERIALIZED (
          SELECT (e.ord)::integer AS ord,
             e.key,
             e.payload,
             nextval('events.log_id_seq'::regclass) AS id
            FROM UNNEST(append_many.keys, append_many.payloads) WITH ORDINALITY e(key, payload, ord)
         ), logged AS (
          INSERT INTO events.log AS l_1 (epoch, xid, id, shard, kind, key, payload) OVERRIDING SYSTEM VALUE  SELECT s.epoch,
                     pg_current_xact_id() AS pg_current_xact_id,
                     n_1.id,
                     events.shard_of(n_1.key) AS shard_of,
                     append_many.kind,
                     n_1.key,
                     n_1.payload
                    FROM numbered n_1,
                     events.settings s
           RETURNING l_1.epoch,
             l_1.xid,
             l_1.id,
             (l_1.shard)::integer AS shard
         )
  SELECT n.ord,
     l.epoch,
     l.xid,
     l.id,
     l.shard
    FROM (logged l
      JOIN numbered n ON ((n.id = l.id)));
END;

CREATE OR REPLACE FUNCTION events.head()
 RETURNS TABLE(epoch integer, xid xid8, id bigint)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT s.epoch,
     pg_snapshot_xmin(pg_current_snapshot()) AS pg_snapshot_xmin,
     (0)::bigint AS int8
    FROM events.settings s;
END;

CREATE OR REPLACE FUNCTION events.keep_shards()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from events.log) then
    raise exception 'The number of shards is fixed: the log has events already.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION events.lock(key text)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 SELECT pg_advisory_xact_lock(hashtextextended(key, (0)::bigint)) AS pg_advisory_xact_lock;
END;

CREATE OR REPLACE FUNCTION events.note_addressed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into events.addressed (user_id, epoch, xid, id)
  select distinct named.user_id::uuid, new.epoch, new.xid, new.id
  from unnest(tg_argv) as field (name)
  cross join lateral jsonb_array_elements_text(
    case jsonb_typeof(new.payload -> field.name)
      when 'array' then new.payload -> field.name
      else jsonb_build_array(new.payload -> field.name)
    end
  ) as named (user_id)
  where named.user_id <> new.key
    and named.user_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION events.raise_epoch_alone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  lock table events.log in share row exclusive mode;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION events.raise_epoch_if_restored()
 RETURNS boolean
 LANGUAGE plpgsql
 SET lock_timeout TO '1500ms'
AS $function$
declare
  identity text := events.server_identity();
begin
  update events.settings as s
  set server = identity
  where s.server is null and identity is not null
    and not exists (
      select from events.log as l
      where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
    );
  if not exists (
    select from events.settings as s
    where s.server <> identity
      or exists (
        select from events.log as l
        where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
      )
  ) then
    return false;
  end if;
  -- Of two that come at once, the second one waits for the lock, and then finds that the row has changed.
  update events.settings as s
  set epoch = s.epoch + 1, server = identity
  where s.server <> identity
    or exists (
      select from events.log as l
      where l.epoch = s.epoch and l.xid >= pg_snapshot_xmax(pg_current_snapshot())
    );
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION events.rewrite(epochs integer[], xids xid8[], ids bigint[], payload jsonb)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 WITH asked AS MATERIALIZED (
          SELECT a.epoch,
             a.xid,
             a.id
            FROM UNNEST(rewrite.epochs, rewrite.xids, rewrite.ids) a(epoch, xid, id)
         ), named AS (
          SELECT a.epoch,
             a.xid,
             a.id
            FROM asked a
         UNION
          SELECT c.copy_epoch,
             c.copy_xid,
             c.copy_id
            FROM (asked a
              JOIN events.copies c ON (((c.epoch = a.epoch) AND (c.xid = a.xid) AND (c.id = a.id))))
         )
  UPDATE events.log l SET payload = rewrite.payload
    FROM named n
   WHERE ((l.epoch = n.epoch) AND (l.xid = n.xid) AND (l.id = n.id));
END;

CREATE OR REPLACE FUNCTION events.server_identity()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return (select system_identifier from pg_catalog.pg_control_system())
    || '/' || (select timeline_id from pg_catalog.pg_control_checkpoint());
exception when others then
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION events.shard_of(key text)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (SELECT ((((('x'::text || substr(md5(shard_of.key), 1, 8)))::bit(32))::bigint % (s.shards)::bigint))::integer AS int4 FROM events.settings s);

CREATE OR REPLACE FUNCTION events."trim"(batch integer, upto_epoch integer, upto_xid xid8, upto_id bigint)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 WITH horizon AS MATERIALIZED (
          SELECT h.epoch,
             h.xid,
             h.id,
             (clock_timestamp() - make_interval(days => s.retention_days)) AS before
            FROM events.head() h(epoch, xid, id),
             events.settings s
         ), oldest AS MATERIALIZED (
          SELECT l.epoch,
             l.xid,
             l.id,
             (l.at < h.before) AS due
            FROM events.log l,
             horizon h
           WHERE ((ROW(l.epoch, l.xid, l.id) < ROW(h.epoch, h.xid, h.id)) AND (ROW(l.epoch, l.xid, l.id) <= ROW("trim".upto_epoch, "trim".upto_xid, "trim".upto_id)))
           ORDER BY l.epoch, l.xid, l.id
          LIMIT "trim".batch
         ), kept AS MATERIALIZED (
          SELECT o.epoch,
             o.xid,
             o.id
            FROM oldest o
           WHERE (NOT o.due)
           ORDER BY o.epoch, o.xid, o.id
          LIMIT 1
         ), gone AS (
          DELETE FROM events.log l
            USING oldest o
           WHERE (((l.epoch = o.epoch) AND (l.xid = o.xid) AND (l.id = o.id)) AND (NOT (EXISTS ( SELECT
                    FROM kept k
                   WHERE (ROW(o.epoch, o.xid, o.id) >= ROW(k.epoch, k.xid, k.id))))))
           RETURNING l.epoch,
             l.xid,
             l.id
         ), last AS MATERIALIZED (
          SELECT g.epoch,
             g.xid,
             g.id
            FROM gone g
           ORDER BY g.epoch DESC, g.xid DESC, g.id DESC
          LIMIT 1
         ), raised AS (
          UPDATE events.settings s SET floor_epoch = last.epoch, floor_xid = last.xid, floor_id = last.id
            FROM last
           WHERE (ROW(s.floor_epoch, s.floor_xid, s.floor_id) < ROW(last.epoch, last.xid, last.id))
           RETURNING true AS "?column?"
         )
  SELECT (count(*))::integer AS count
    FROM gone;
END;

CREATE OR REPLACE FUNCTION events.trim_addressed(batch integer)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 WITH old AS MATERIALIZED (
          SELECT a.user_id,
             a.epoch,
             a.xid,
             a.id
            FROM events.addressed a,
             events.settings s
           WHERE ((a.id <= s.floor_id) AND (ROW(a.epoch, a.xid, a.id) <= ROW(s.floor_epoch, s.floor_xid, s.floor_id)))
           ORDER BY a.id
          LIMIT trim_addressed.batch
         ), gone AS (
          DELETE FROM events.addressed a
            USING old o
           WHERE ((a.user_id = o.user_id) AND (a.epoch = o.epoch) AND (a.xid = o.xid) AND (a.id = o.id))
           RETURNING true AS "?column?"
         )
  SELECT (count(*))::integer AS count
    FROM gone;
END;

CREATE OR REPLACE FUNCTION events.trim_copies(batch integer)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 WITH old AS MATERIALIZED (
          SELECT c.copy_epoch,
             c.copy_xid,
             c.copy_id
            FROM events.copies c,
             events.settings s
           WHERE (ROW(c.copy_epoch, c.copy_xid, c.copy_id) <= ROW(s.floor_epoch, s.floor_xid, s.floor_id))
           ORDER BY c.copy_epoch, c.copy_xid, c.copy_id
          LIMIT trim_copies.batch
         ), gone AS (
          DELETE FROM events.copies c
            USING old o
           WHERE ((c.copy_epoch = o.copy_epoch) AND (c.copy_xid = o.copy_xid) AND (c.copy_id = o.copy_id))
           RETURNING true AS "?column?"
         )
  SELECT (count(*))::integer AS count
    FROM gone;
END;

CREATE OR REPLACE FUNCTION events.try_lock(key text)
 RETURNS boolean
 LANGUAGE sql
BEGIN ATOMIC
 SELECT pg_try_advisory_xact_lock(hashtextextended(key, (0)::bigint)) AS pg_try_advisory_xact_lock;
END;

CREATE INDEX addressed_id ON events.addressed USING btree (id);

CREATE INDEX copies_of ON events.copies USING btree (epoch, xid, id);

CREATE INDEX log_key ON events.log USING btree (hashtext(key), epoch, xid, id);

CREATE INDEX log_shard ON events.log USING btree (shard, epoch, xid, id);

CREATE TRIGGER address_followers AFTER INSERT ON events.log FOR EACH ROW WHEN (new.kind = 'groups.FollowersJoined'::text) EXECUTE FUNCTION events.note_addressed('managers', 'userIds');

CREATE TRIGGER address_invited AFTER INSERT ON events.log FOR EACH ROW WHEN (new.kind = 'groups.Invited'::text) EXECUTE FUNCTION events.note_addressed('userId');

CREATE TRIGGER address_receipts AFTER INSERT ON events.log FOR EACH ROW WHEN (new.kind = ANY (ARRAY['chat.MessagesRead'::text, 'chat.MessagesDelivered'::text])) EXECUTE FUNCTION events.note_addressed('told');

CREATE TRIGGER address_told AFTER INSERT ON events.log FOR EACH ROW WHEN (new.kind = ANY (ARRAY['groups.InviteEnded'::text, 'groups.JoinRequested'::text, 'groups.JoinRequestEnded'::text, 'groups.FollowerLeft'::text, 'groups.FollowerRoleChanged'::text, 'groups.MemberMuted'::text])) EXECUTE FUNCTION events.note_addressed('told');

CREATE TRIGGER keep_shards BEFORE UPDATE OF shards ON events.settings FOR EACH ROW WHEN (old.shards <> new.shards) EXECUTE FUNCTION events.keep_shards();

CREATE TRIGGER raise_epoch_alone BEFORE UPDATE OF epoch ON events.settings FOR EACH STATEMENT EXECUTE FUNCTION events.raise_epoch_alone();
