import { startDelivery } from '../delivery/index.ts'
import { silentLog } from '../platform/log/log.ts'
import { openMemoryQueue } from '../platform/queue/index.ts'
import type { Database, Sql } from '../platform/sql/sql.ts'
import { kinds } from '../roles/event-kinds.ts'
import { openChatWorld, type ChatWorld } from './support/chat.ts'
import type { UserIdentity } from './support/people.ts'
import { describeWith } from './support/services.ts'
import { succeed } from './support/subgraph.ts'

/**
 * What a message costs the one who sends it to a broadcast group: statements, and rows that they read. Counted, not timed.
 * Nothing of it may grow with the members, so 20,000 show it as 100,000 would.
 */
const MANY = 20_000

/** Counts the statements of the chat room by name, each with the rows that it has read by indexes and by scans. */
function makeMeter() {
  const calls: { name: string; rows: number }[] = []
  let isOn = false
  const read = async (sql: Sql) =>
    (
      await sql.query<{ rows: number }>(
        'select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as rows from pg_stat_xact_user_tables',
      )
    ).rows[0]?.rows ?? 0
  const nameOf = (text: string) => /^\s*\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? text
  const isOfSender = (name: string) => name.startsWith('chat.') && !/erase|Erased/i.test(name)
  const inside = (sql: Sql): Sql => ({
    ...sql,
    async query(text: string, ...rest: []) {
      const name = nameOf(text)
      if (!isOn || !isOfSender(name)) return sql.query(text, ...rest)
      const before = await read(sql)
      const result = await sql.query(text, ...rest)
      calls.push({ name, rows: (await read(sql)) - before })
      return result as never
    },
  })
  return {
    database: (database: Database): Database => ({
      ...database,
      transaction: (work) => database.transaction((sql) => work(inside(sql))),
      query: (text: string, ...rest: []) =>
        isOn && isOfSender(nameOf(text))
          ? database.transaction((sql) => inside(sql).query(text, ...rest) as never)
          : database.query(text, ...rest),
    }),
    async measure(work: () => Promise<void>) {
      calls.length = 0
      isOn = true
      await work()
      isOn = false
      return [...calls]
    },
  }
}

const meter = makeMeter()
let world: ChatWorld
let owner: UserIdentity
beforeAll(async () => {
  world = await openChatWorld({ database: meter.database })
  owner = await world.person()
})
afterAll(() => world[Symbol.asyncDispose]())

const broadcast = async (...members: UserIdentity[]): Promise<string> => {
  const input = { title: 'News', kind: 'BROADCAST', memberIds: members.map(({ userId }) => userId) }
  const create = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } } }'
  return (await succeed(world.groups(owner, create, { input }))).createGroup.group.id
}

/** Members by hand: adding so many is another test's. */
async function grow(groupId: string, count: number) {
  await world.database.query(
    `insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
     select $1::uuid, gen_random_uuid(), 'MEMBER', now(), 0, '0', n from generate_series(1, $2::int) as n`,
    [groupId, count],
  )
  await world.database.query('update groups.room set member_count = member_count + $2::int where id = $1::uuid', [
    groupId,
    count,
  ])
  await world.database.query('analyze groups.stay, groups.room')
}

describeWith('postgres', `A broadcast group of ${MANY} members`, () => {
  test('costs the sender of a message the statements and the rows that one of ten costs', async () => {
    const [small, large] = [await broadcast(), await broadcast()]
    await grow(small, 9)
    await grow(large, MANY)
    const costs = []
    for (const group of [small, large]) {
      // More than PostgreSQL takes to make a plan for all values.
      for (let n = 0; n < 7; n++) await world.send(owner, group, 'before')
      costs.push(await meter.measure(async () => void (await world.send(owner, group, 'measured'))))
    }
    const [ofSmall, ofLarge] = costs
    expect(ofSmall!.length).toBeGreaterThan(0)
    expect(ofLarge).toEqual(ofSmall)
    expect(ofLarge!.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(100)
  })

  test('brings a message live to each member who listens, once, and tells members nothing of each other', async () => {
    const [first, second] = [await world.person(), await world.person()]
    const group = await broadcast(first, second)
    await grow(group, MANY)
    await using queue = openMemoryQueue()
    const { database, eventLog, bus, presence, clock } = world
    const ports = { database, eventLog, kinds, queue, bus, presence, clock, log: silentLog }
    await using _ = startDelivery({ ...ports, finishWrites: async () => {} }, { alone: true })
    await world.db.settled()
    const streams = await Promise.all([first, second].map((member) => world.subscribe(member)))
    for (const stream of streams) expect((await stream.next()).__typename).toBe('InboxOpened')
    const third = await world.person()
    await world.add(owner, group, third)
    for (const text of ['one', 'two']) await world.send(owner, group, text)
    for (const stream of streams) {
      const events = await stream.take(2)
      expect(events.map(({ message }) => message?.text)).toEqual(['one', 'two'])
      await stream.close()
    }
    expect((await world.trySend(first, group)).codes).toEqual(['FORBIDDEN'])
  })
})
