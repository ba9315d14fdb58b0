import type { Sql } from '../../../platform/sql/sql.ts'
import type { MessageStore } from '../messages/store/messages.ts'

/** Something that must never be. */
export interface Fault {
  readonly rule: string
  /** Which one, and how it is. */
  readonly found: string
}

/** Faults that are named per rule: whoever has more finds them by the first ones. */
const MOST = 20
/** Messages whose bodies are asked for at a time. */
const BATCH = 1_000

/**
 * Each rule with the statement that finds what breaks it. A statement sees one moment, so that it can run while Parley does:
 * whatever a transaction writes, it writes as a whole.
 */
const RULES: Readonly<Record<string, string>> = {
  'Messages of a conversation are numbered 1, 2, 3, … up to its last number.': `
    select format('conversation %s says %s, and has %s messages up to %s', c.id, c.last_sequence, r.count, r.last)
    from chat.conversations as c
    cross join lateral (
      select count(*) as count, coalesce(max(sequence), 0) as last from chat.receipts where conversation_id = c.id
    ) as r
    where r.count <> c.last_sequence or r.last <> c.last_sequence`,
  'The last message of a conversation is the one with its last number.': `
    select format('conversation %s names %s, not %s', c.id, c.last_message_id, r.message_id)
    from chat.conversations as c
    left join chat.receipts as r on r.conversation_id = c.id and r.sequence = c.last_sequence
    where c.last_message_id is distinct from r.message_id`,
  'A message belongs to a conversation.': `
    select format('message %s of conversation %s', r.message_id, r.conversation_id)
    from chat.receipts as r
    where not exists (select from chat.conversations as c where c.id = r.conversation_id)`,
  'Numbers rise in the order of the event log.': `
    select format('message %s of conversation %s', message_id, conversation_id)
    from (
      select message_id, conversation_id, (epoch, xid, event_id) <= lag((epoch, xid, event_id)) over w as is_before
      from chat.receipts
      window w as (partition by conversation_id order by sequence)
    ) as r
    where is_before`,
  'The event log has each message that it reaches back to.': `
    select format('message %s of conversation %s', r.message_id, r.conversation_id)
    from chat.receipts as r
    left join events.log as l on (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)
    where (r.epoch, r.xid, r.event_id) >= (
        select first.epoch, first.xid, first.id
        from events.log as first order by first.epoch, first.xid, first.id limit 1
      )
      and l.payload ->> 'id' is distinct from r.message_id::text`,
  'A direct conversation is between its two users.': `
    select format('conversation %s', c.id)
    from chat.conversations as c
    where c.kind = 'DIRECT'
      and array[c.low_user_id, c.high_user_id] <> array(
        select p.user_id from chat.direct_participants as p where p.conversation_id = c.id order by p.user_id
      )`,
  'A group has a conversation with its id.': `
    select format('group %s', g.group_id)
    from (select distinct group_id from groups.membership where until_epoch is null) as g
    where not exists (select from chat.conversations as c where c.id = g.group_id and c.kind = 'GROUP')`,
  'Nobody has read more than there is.': `
    select format('user %s in conversation %s: %s', r.user_id, r.conversation_id, greatest(r.read_up_to, r.delivered_up_to))
    from chat.reads as r
    join chat.conversations as c on c.id = r.conversation_id
    where greatest(r.read_up_to, r.delivered_up_to) > c.last_sequence`,
  'A message has as many reactions of each emoji as are counted.': `
    select format('%s of message %s: %s, not %s', coalesce(r.emoji, c.emoji), coalesce(r.message_id, c.message_id), c.count, r.count)
    from (select message_id, emoji, count(*) as count from chat.reactions group by message_id, emoji) as r
    full join chat.reaction_counts as c on c.message_id = r.message_id and c.emoji = r.emoji
    where c.count is distinct from r.count`,
  'A reaction is to a message of its conversation.': `
    select format('%s of user %s to message %s', f.emoji, f.user_id, f.message_id)
    from chat.reactions as f
    where not exists (
      select from chat.receipts as r
      where r.message_id = f.message_id and r.conversation_id = f.conversation_id
        and r.type is distinct from 'SYSTEM' and r.deleted_at is null
    )`,
  'A pinned message is one of its conversation.': `
    select format('message %s in conversation %s', p.message_id, p.conversation_id)
    from chat.pins as p
    where not exists (
      select from chat.receipts as r
      where r.message_id = p.message_id and r.conversation_id = p.conversation_id
        and r.type is distinct from 'SYSTEM' and r.deleted_at is null
    )`,
  'A changed message has its present version, and no later one.': `
    select format('message %s has the version %s, and kept is %s', r.message_id, coalesce(r.version, 1), v.last)
    from chat.receipts as r
    left join lateral (select max(version) as last from chat.versions as v where v.message_id = r.message_id) as v on true
    where coalesce(v.last, 1) <> coalesce(r.version, 1)`,
  'A row of a message has its present version.': `
    select format('message %s has the version %s, and its row %s', r.message_id, coalesce(r.version, 1), m.version)
    from chat.receipts as r
    join chat.messages as m on m.id = r.message_id
    where m.version <> coalesce(r.version, 1) and exists (select from chat.message_store as s where s.kind = 'postgres')`,
  'Nothing is left of a deleted message.': `
    select format('message %s', r.message_id)
    from chat.receipts as r
    left join events.log as l on (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)
    where r.deleted_at is not null
      and (
        r.version is null
        or r.media_ids is not null
        or exists (select from chat.mentions as m where m.message_id = r.message_id)
        or exists (select from chat.reactions as m where m.message_id = r.message_id)
        or l.payload ->> 'text' <> ''
        or l.payload ?| '{content,mentions,mediaIds,forwardedFrom}'::text[]
        or exists (
          select from chat.messages as m
          where m.id = r.message_id and m.version >= r.version
            and (m.text <> '' or m.body ?| '{content,mentions,mediaIds,forwardedFrom}'::text[])
        )
      )`,
  'A file of a message is kept.': `
    select format('file %s of message %s', m.media_id, r.message_id)
    from chat.receipts as r
    cross join lateral unnest(r.media_ids) as m (media_id)
    where r.media_ids is not null
      and not exists (
        select from chat.media as f where f.id = m.media_id and f.unused_since is distinct from '-infinity'
      )`,
}

/** What breaks a rule of the tables of this room: at most 20 of each. Reads all messages: it is for an operator, not for a request. */
export async function findFaults(sql: Sql): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const [rule, statement] of Object.entries(RULES)) {
    const { rows } = await sql.query<{ found: string }>(
      `/* chat.checkRule */ select fault.found from (${statement}) as fault (found) limit $1::int`,
      [MOST],
    )
    faults.push(...rows.map(({ found }) => ({ rule, found })))
  }
  return faults
}

/**
 * Acknowledged messages whose body is neither in the store nor in the event log, from where the relay writes it: at most 20. `seen`
 * hears how many were looked at.
 */
export async function findLostBodies(
  sql: Sql,
  store: Pick<MessageStore, 'find'>,
  seen: (count: number) => void = () => {},
): Promise<Fault[]> {
  const faults: Fault[] = []
  let count = 0
  for (let after = '00000000-0000-0000-0000-000000000000'; faults.length < MOST;) {
    const { rows } = await sql.query<{ id: string; isLogged: boolean }>(
      `/* chat.checkBodies */ select
         r.message_id as id,
         exists (select from events.log as l where (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)) as "isLogged"
       from chat.receipts as r
       where r.message_id > $1::uuid
       order by r.message_id
       limit $2::int`,
      [after, BATCH],
    )
    const last = rows.at(-1)
    if (!last) break
    after = last.id
    const found = await store.find(rows.map(({ id }) => id))
    const lost = rows.filter(({ isLogged }, at) => !isLogged && !found[at])
    faults.push(
      ...lost.map(({ id }) => ({ rule: 'A message that was acknowledged has its body.', found: `message ${id}` })),
    )
    seen((count += rows.length))
  }
  return faults.slice(0, MOST)
}
