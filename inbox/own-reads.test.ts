import fc from 'fast-check'
import { v7 } from 'uuid'
import type { Vector } from '../platform/eventlog/cursor.ts'
import { openFeed } from '../platform/eventlog/feed.ts'
import { trim } from '../platform/eventlog/log.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import { silentLog } from '../platform/log/log.ts'
import type { Database } from '../platform/sql/sql.ts'
import { kinds } from '../test/support/kinds.ts'
import { anyPayload } from '../test/support/any-payload.ts'
import { openChatWorld, type ChatWorld } from '../test/support/chat.ts'
import type { UserIdentity } from '../test/support/people.ts'
import { makeOwnReads } from './own-reads.ts'
import { makeWalk, type Reads } from './replay.ts'
import { makeSharedReads } from './shared-reads.ts'

const SEED = process.env['SEED']

let world: ChatWorld
/** Events that were compared. */
let compared = 0
let walking: Reads
/** Its shared reads bring nothing, so that all is read by the index. */
let indexed: Reads
beforeAll(async () => {
  world = await openChatWorld()
  // A plan below is that of a server which knows nothing of these tables: one that knows how small they are here reads them whole.
  for (const table of ['log', 'addressed']) {
    await world.database.query(`alter table events.${table} set (autovacuum_enabled = false)`)
  }
  walking = { readFor: makeSharedReads({ ...world, kinds }) }
  indexed = {
    readFor: async (_, after) => ({ events: [], upTo: after, sharers: 1 }),
    openOwn: makeOwnReads({ ...world, kinds }),
  }
})
afterAll(() => world[Symbol.asyncDispose]())

/** What the device gets from the cursor on, each event with its cursor. */
async function walk(reads: Reads, viewer: UserIdentity, from: Vector, head: Position) {
  const items: string[] = []
  const walk = makeWalk(reads, { viewer, closed: false }, from)
  const end = await walk.to(head, ({ cursor, event }) => {
    items.push(`${cursor} ${event?.kind.name} ${JSON.stringify(event?.payload)}`)
    return true
  })
  expect(end).toBe('arrived')
  return items
}

const DOES = [
  'send',
  'send',
  'direct',
  'member',
  'read',
  'react',
  'change',
  'draft',
  'told',
  'late',
  'commit',
  'mark',
] as const
const step = fc.record({ by: fc.nat({ max: 3 }), does: fc.constantFrom(...DOES), which: fc.nat({ max: 1_000 }) })

test('the events read by the index are those of the whole log, whatever happened and wherever the device left', async () => {
  const users = [await world.person(), await world.person(), await world.person(), await world.person()]
  compared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => run(users, steps)),
    { numRuns: 15, endOnFailure: true, ...(SEED && { seed: Number(SEED) }) },
  )
  expect(compared).toBeGreaterThan(500)
}, 240_000)

async function run(
  users: readonly UserIdentity[],
  steps: readonly { by: number; does: (typeof DOES)[number]; which: number }[],
) {
  const [a, b, c, d] = users as [UserIdentity, UserIdentity, UserIdentity, UserIdentity]
  const devices = [...users, { ...a, deviceId: v7() }]
  const group = await world.group(a, b, c)
  const pairs = [await world.direct(a, b), await world.direct(b, c), await world.direct(c, d)]
  const away = new Set<UserIdentity>([d])
  const sent: string[] = []
  const heads: Position[] = [await world.eventLog.head(world.database)]
  const open: { commit: () => void; done: Promise<unknown> }[] = []
  const mutate = (as: UserIdentity, field: string, input: string) =>
    world.ask(as, `mutation { ${field}(input: { ${input} }) { __typename } }`)
  const commitAll = async () => {
    for (const { commit, done } of open.splice(0)) {
      commit()
      await done
    }
  }

  for (const { by, does, which } of steps) {
    const user = users[by]!
    const message = sent[which % Math.max(1, sent.length)]
    if (does === 'send' || does === 'direct') {
      const to = does === 'send' ? group : pairs[which % 3]!
      const { data } = await world.trySend(user, to, `${which}`)
      const id: unknown = data?.['sendMessage']?.message.id
      if (typeof id === 'string') sent.push(id)
    }
    if (does === 'member' && user !== a) {
      await (away.has(user) ? world.add : world.remove)(a, group, user)
      if (!away.delete(user)) away.add(user)
    }
    if (does === 'read') {
      await mutate(
        user,
        which % 2 ? 'markRead' : 'markDelivered',
        `conversationId: "${group}", upTo: ${1 + (which % 9)}`,
      )
      await mutate(user, 'markRead', `conversationId: "${pairs[which % 3]}", upTo: ${1 + (which % 3)}`)
    }
    if (does === 'react' && message) {
      await mutate(user, which % 3 ? 'addReaction' : 'removeReaction', `messageId: "${message}", emoji: "👍"`)
      await mutate(user, which % 2 ? 'pinMessage' : 'unpinMessage', `messageId: "${message}"`)
    }
    if (does === 'change' && message) {
      await mutate(
        user,
        which % 4 ? 'editMessage' : 'deleteMessage',
        `messageId: "${message}"${which % 4 ? ', text: "new"' : ''}`,
      )
    }
    if (does === 'draft') await mutate(user, 'saveDraft', `conversationId: "${pairs[by % 3]}", text: "${which}"`)
    if (does === 'told') await tell(users, group, which)
    if (does === 'late' && open.length < 2) open.push(await beginLate(pairs[which % 3]!, user.userId))
    if (does === 'commit') await commitAll()
    if (does === 'mark') heads.push(await world.eventLog.head(world.database))
  }
  await commitAll()
  await world.db.settled()
  const head = await world.eventLog.head(world.database)

  for (const [at, viewer] of devices.entries()) {
    // Also a cursor whose shards are at different places.
    const mixed = Array.from({ length: world.eventLog.shards }, (_, shard) => heads[(shard * 7 + at) % heads.length]!)
    for (const from of [mixed.map(() => heads[0]!), mixed]) {
      const events = await walk(walking, viewer, from, head)
      expect(await walk(indexed, viewer, from, head)).toEqual(events)
      compared += events.length
    }
  }
}

/** An event of a kind that names its users. They need not be in the group. */
async function tell(users: readonly UserIdentity[], group: string, which: number): Promise<void> {
  const named = kinds.all.filter(({ audience }) => audience.of === 'users')
  const kind = named[which % named.length]!
  const told = users.filter((_, at) => (which >> at) % 2 === 1).map(({ userId }) => userId)
  const [userId = v7()] = told
  const payload = { ...anyPayload, told, userIds: told, managers: told.slice(1), userId, groupId: group }
  const key = kind.orderedBy === 'user' ? userId : group
  await world.database.transaction(async (sql) => {
    await world.eventLog.lock(sql, key)
    await world.eventLog.append(sql, { kind: kind.name, key, payload })
  })
}

/** An event that takes its place now, and is seen later. */
async function beginLate(conversationId: string, senderId: string) {
  let commit = () => {}
  const committing = new Promise<void>((resolve) => (commit = resolve))
  let done: Promise<unknown> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    done = world.database
      .transaction(async (sql) => {
        await world.eventLog.lock(sql, v7())
        const payload = { id: v7(), conversationId, sequence: 0, senderId, text: 'late' }
        await world.eventLog.append(sql, { kind: 'chat.MessageSent', key: conversationId, payload })
        resolve()
        await committing
      })
      .catch(reject)
  })
  return { commit, done }
}

test('whoever an event names beside its key is noted with it, whatever its kind', async () => {
  for (const kind of kinds.all) {
    if (kind.audience.of !== 'users') continue
    const payload = { ...anyPayload, told: [v7(), v7()] }
    const key = kind.orderedBy === 'user' ? payload.userId : payload.groupId
    const { position } = await world.database.transaction((sql) =>
      world.eventLog.append(sql, { kind: kind.name, key, payload: JSON.parse(JSON.stringify(payload)) }),
    )
    const { rows } = await world.database.query<{ user_id: string }>(
      'select user_id from events.addressed where (epoch, xid, id) = ($1, $2, $3)',
      [position.epoch, String(position.xid), String(position.id)],
    )
    const users = kind.audience.users(kind.parse(payload)).filter((userId) => userId !== key)
    expect([kind.name, rows.map((row) => row.user_id)]).toEqual([kind.name, expect.arrayContaining([...users])])
  }
})

test('a user of 2,000 conversations reads a few times what was missed, whether one of them was busy or all were', async () => {
  const user = await world.person()
  const conversations = Array.from({ length: 2_000 }, () => v7())
  await world.database.query(
    `insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at)
     select c, 'DIRECT', '00000000-0000-7000-8000-000000000001', gen_random_uuid(), now() from unnest($1::uuid[]) as c`,
    [conversations],
  )
  await world.database.query(
    `insert into chat.direct_participants (conversation_id, user_id) select c, $2::uuid from unnest($1::uuid[]) as c`,
    [conversations, user.userId],
  )
  const write = (keys: readonly string[], times: number) =>
    world.database.query(
      `insert into events.log (epoch, xid, shard, kind, key, payload)
       select s.epoch, pg_current_xact_id(), events.shard_of(k), 'chat.MessageSent', k, jsonb_build_object(
         'id', gen_random_uuid(), 'conversationId', k, 'senderId', gen_random_uuid(), 'text', n)
       from events.settings as s, generate_series(1, $2::int) as n, unnest($1::text[]) as k order by n`,
      [keys, times],
    )
  for (const [keys, times] of [
    [conversations.slice(0, 1), 3_000],
    [conversations.slice(0, 300), 10],
    [conversations, 1],
  ] as const) {
    await world.db.settled()
    const after = await world.eventLog.head(world.database)
    await write([v7(), v7()], 2_000)
    await write(keys, times)
    await world.db.settled()
    let rows = 0
    const counting: Database = {
      ...world.database,
      async query(text: string, values?: readonly unknown[]) {
        const answer = await world.database.query(text, values as never)
        if (text.includes('events.find') || text.includes('events.readAt')) rows += answer.rows.length
        return answer as never
      },
    }
    const feed = (await openFeed(counting, kinds, { userId: user.userId, after }))!
    const found: Position[] = []
    for (let full = true; full;) {
      const before = rows
      const page = await feed.next(200)
      full = page.full
      found.push(...page.events.map(({ position }) => position))
      expect(rows - before).toBeLessThan(conversations.length + 2_000)
    }
    expect(found).toHaveLength(keys.length * times)
    expect(found).toEqual(found.toSorted(comparePositions))
    expect(rows).toBeLessThan(conversations.length + 4 * found.length)
  }
})

test('the own events are read by the index, also by a server that knows nothing of its tables', async () => {
  const plans = await world.database.transaction(async (sql) => {
    const seen: string[] = []
    const explaining: Database = {
      ...world.database,
      async query(text: string, values?: readonly unknown[]) {
        if (/events\.(find|readAt)/.test(text)) {
          const { rows } = await sql.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values as never)
          seen.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
        }
        return (await sql.query(text, values as never)) as never
      },
    }
    const user = await world.person()
    const feed = await openFeed(explaining, kinds, { userId: user.userId, after: await world.eventLog.start(sql) })
    // From before the index was complete.
    expect(feed).toBeNull()
    const { rows } = await sql.query<{ epoch: number; xid: string }>(
      'select addressed_epoch as epoch, addressed_xid as xid from events.settings',
    )
    const after = { epoch: rows[0]!.epoch, xid: BigInt(rows[0]!.xid), id: 0n }
    await (await openFeed(explaining, kinds, { userId: user.userId, after }))!.next(200)
    return seen
  })
  for (const index of ['log_key', 'addressed_pkey']) expect(plans).toContainEqual(expect.stringContaining(index))
  for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|log_pkey on log l\n.*Filter/)
})

test('a cursor that the log no longer reaches back to is too old also for the own events, and their notes go with them', async () => {
  const user = await world.person()
  await world.db.settled()
  const after = await world.eventLog.head(world.database)
  const reader = { viewer: user, closed: false }
  await tell([user, user], v7(), 1 + 2)
  await world.db.settled()
  const own = (await makeOwnReads({ ...world, kinds })(reader, after))!
  await world.database.query(`update events.log set at = now() - interval '40 days'`)
  await trim(world.database, silentLog, await world.eventLog.head(world.database))
  await expect(own.next()).rejects.toMatchObject({ extensions: { code: 'CURSOR_TOO_OLD' } })
  expect((await world.database.query('select from events.addressed')).rows).toEqual([])
})
