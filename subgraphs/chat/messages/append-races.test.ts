import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { holdTransaction, lockWaits } from '../../../test/support/held-transaction.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openPool } from '../../../platform/sql/pool.ts'
import { isUnavailable } from '../../../platform/unavailable.ts'
import { findFaults } from '../consistency/check.ts'
import { makeSend, type Send, type Sent } from './send.ts'

describeWith('postgres', 'Sends of two processes', () => {
  let world: ChatWorld
  const closers: AsyncDisposable[] = []
  let processes: [Send, Send]
  const openSender = async (lockTimeoutMs = 2_000): Promise<Send> => {
    const database = await openPool(world.db.url, { max: 10, log: silentLog, lockTimeoutMs })
    closers.push(database)
    const { store, bus, clock } = world
    return makeSend({ database, store, bus, clock, log: silentLog })
  }
  beforeAll(async () => {
    world = await openChatWorld()
    processes = [await openSender(), await openSender()]
  })
  afterAll(async () => {
    expect(await findFaults(world.database)).toEqual([])
    for (const one of closers) await one[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  const friendsOf = async (who: UserIdentity, count: number) =>
    Promise.all(Array.from({ length: count }, async () => world.direct(who, await world.person())))

  /** Each process made whole: numbers are dense, rise with the log, and log, receipts and rows are of the same messages. */
  async function expectWhole(conversations: readonly string[], acknowledged: readonly Sent[]) {
    const { rows } = await world.database.query<{ id: string; conversation: string; sequence: number }>(
      `select r.message_id as id, r.conversation_id as conversation, r.sequence
       from chat.receipts as r
       join events.log as l on (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)
         and l.key = r.conversation_id::text and l.payload ->> 'id' = r.message_id::text
         and (l.payload ->> 'sequence')::int = r.sequence
       join chat.messages as m on m.id = r.message_id and m.sequence = r.sequence
       where r.conversation_id = any($1::uuid[])
       order by r.epoch, r.xid, r.event_id`,
      [conversations],
    )
    const { rows: counts } = await world.database.query<Record<string, number>>(
      `select
         (select count(*)::int from chat.receipts where conversation_id = any($1::uuid[])) as receipts,
         (select count(*)::int from chat.messages where conversation_id = any($1::uuid[])) as messages,
         (select count(*)::int from events.log where kind = 'chat.MessageSent' and key = any($1::text[])) as events,
         (select sum(last_sequence)::int from chat.conversations where id = any($1::uuid[])) as numbers`,
      [conversations],
    )
    const { length } = rows
    expect(counts).toEqual([{ receipts: length, messages: length, events: length, numbers: length }])
    const last = new Map<string, number>()
    for (const { conversation, sequence } of rows) {
      expect(sequence).toBe((last.get(conversation) ?? 0) + 1)
      last.set(conversation, sequence)
    }
    const stored = new Map(rows.map((row) => [row.id, row]))
    for (const { message } of acknowledged) expect(stored.get(message.id)?.sequence).toBe(message.sequence)
    return rows
  }

  test('one name into many conversations, from both at once and in both orders, is one message and delays no one else', async () => {
    const [ada, eve] = [await world.person(), await world.person()]
    const targets = await friendsOf(ada, 30)
    const [quiet] = await friendsOf(eve, 1)
    let slowestMs = 0
    for (let turn = 0; turn < 5; turn++) {
      const clientMessageId = v7()
      const attempts = [targets, [...targets].reverse()].map((ids, at) =>
        ids.map((id) => processes[at % 2]!(ada, id, { clientMessageId, text: 'Hello' })),
      )
      const others = processes.map(async (send) => {
        const startedAt = performance.now()
        await send(eve, quiet!, { clientMessageId: v7(), text: 'Hello' })
        slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      })
      const outcomes = await Promise.allSettled(attempts.flat())
      await Promise.all(others)
      const sent = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1)
      expect(sent).toHaveLength(2) // the first, and the same again from the other process
      for (const reason of refused) expect(reason).toMatchObject({ extensions: { code: 'CONFLICT' } })
    }
    expect(await expectWhole(targets, [])).toHaveLength(5)
    expect(slowestMs).toBeLessThan(1_000)
  })

  test('200 senders into one group, half of them on each, get dense numbers in the order of the log', async () => {
    const people = await Promise.all(Array.from({ length: 50 }, () => world.person()))
    const group = await world.group(...(people as [UserIdentity]))
    const sent = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        processes[at % 2]!(people[at % 50]!, group, { clientMessageId: v7(), text: `${at}` }),
      ),
    )
    // And the server's, that the group was created.
    expect(await expectWhole([group], sent)).toHaveLength(201)
  })

  test('what is sent under random names, into random conversations, by random members, with aborts, is whole', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => world.person()))
    const [owner, ...others] = people as [UserIdentity, ...UserIdentity[]]
    const groups = await Promise.all(Array.from({ length: 6 }, () => world.group(owner, ...others)))
    const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!
    const names = Array.from({ length: 100 }, () => v7())
    const changes = (async () => {
      for (let turn = 0; turn < 10; turn++) {
        const [id, who] = [pick(groups), pick(others)]
        await world.remove(owner, id, who)
        await world.add(owner, id, who)
      }
    })()
    const asked = Array.from({ length: 600 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 500))
      const leaving = new AbortController()
      if (Math.random() < 0.2) setTimeout(() => leaving.abort(), Math.random() * 10)
      const message = { clientMessageId: Math.random() < 0.5 ? pick(names) : v7(), text: pick(['Hello', 'Bye']) }
      return pick(processes)(pick(people), pick(groups), message, leaving.signal)
    })
    const outcomes = await Promise.allSettled(asked)
    await changes
    const codes = new Set<unknown>()
    for (const one of outcomes)
      if (one.status === 'rejected') codes.add((one.reason as { extensions?: { code?: string } }).extensions?.code)
    for (const code of codes) expect(['CONFLICT', 'NOT_FOUND', 'UNAVAILABLE']).toContain(code)
    const sent = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(sent.length).toBeGreaterThan(100)
    await expectWhole(groups, sent)
  })

  test('a member who is removed while a send waits for the conversation has not sent', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const group = await world.group(ada, bob)
    const holder = await holdTransaction(world.database, (sql) => world.eventLog.lock(sql, group))
    const removing = world.remove(ada, group, bob)
    await lockWaits(world.database, 1)
    const sending = Promise.allSettled([
      processes[0](bob, group, { clientMessageId: v7(), text: 'Too late' }),
      processes[0](ada, group, { clientMessageId: v7(), text: 'In time' }),
    ])
    await lockWaits(world.database, 2)
    await Promise.all([holder.end(), removing])
    const [late, inTime] = await sending
    expect(late).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'NOT_FOUND' } } })
    expect(inTime).toMatchObject({ status: 'fulfilled', value: { message: { sequence: 3 } } })
  })

  test('while one conversation is held for long, 50 others go on; who waits is refused in time and for good', async () => {
    const ada = await world.person()
    const [locked, ...free] = (await friendsOf(ada, 51)) as [string, ...string[]]
    const send = await openSender(300)
    let unlock = () => {}
    const held = new Promise<void>((resolve) => (unlock = resolve))
    let isLocked = () => {}
    const locking = new Promise<void>((resolve) => (isLocked = resolve))
    const holding = world.database.transaction(async (sql) => {
      await world.eventLog.lock(sql, locked)
      isLocked()
      // It works all the time, so that nothing ends it for being idle.
      const working = setInterval(() => void sql.query('select 1').catch(() => {}), 500)
      await held
      clearInterval(working)
    })
    await locking
    const startedAt = performance.now()
    const refusals = Array.from({ length: 30 }, () =>
      send(ada, locked, { clientMessageId: v7(), text: 'Refused' }).then(
        () => 'sent',
        (error: unknown) => isUnavailable(error),
      ),
    )
    const sent = await Promise.all(free.map((id) => send(ada, id, { clientMessageId: v7(), text: 'Hello' })))
    const othersMs = performance.now() - startedAt
    expect(await Promise.all(refusals)).toEqual(refusals.map(() => true))
    const refusedMs = performance.now() - startedAt
    unlock()
    await holding
    // The lock is held until both are over: that they end is the point.
    expect(othersMs).toBeLessThan(10_000)
    expect(refusedMs).toBeLessThan(10_000)
    await expectWhole([locked, ...free], sent)
    expect((await send(ada, locked, { clientMessageId: v7(), text: 'First' })).message.sequence).toBe(1)
  })
})
