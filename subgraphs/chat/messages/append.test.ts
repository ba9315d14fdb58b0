import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { holdTransaction, lockWaits } from '../../../test/support/held-transaction.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith, requireUrl } from '../../../test/support/services.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openPool } from '../../../platform/sql/pool.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { finishWrites, makeSend, type Send, type Sent } from './send.ts'
import { openMongoMessages } from './store/mongo.ts'

/** A message with this name makes PostgreSQL raise the SQLSTATE, as often as `times` says. */
const raising = (state: string) => `raise ${state} ${v7()}`

/** What PostgreSQL does when a receipt with such a name is written: a real server, which fails where it is told to. */
const FAULTS = `
  create sequence faults;
  create function fault() returns trigger language plpgsql as $$
  declare
    told text[] := string_to_array(new.client_message_id, ' ');
  begin
    -- A sequence keeps its count when the transaction is rolled back.
    if told[1] = 'raise' and nextval('faults') <= current_setting('test.times', true)::int then
      raise exception 'told to fail' using errcode = told[2];
    elsif told[1] = 'kill' then
      perform pg_terminate_backend(pg_backend_pid());
      perform pg_sleep(10);
    elsif told[1] = 'sleep' then
      perform pg_sleep(10);
    end if;
    return new;
  end $$;
  create trigger fault before insert on chat.receipts for each row execute function fault();
`

describeWith('postgres', 'In a round of sends', () => {
  let world: ChatWorld
  let ada: UserIdentity
  let bob: UserIdentity
  let eve: UserIdentity
  /** Conversations of Ada; Eve is in none of them. */
  let rooms: string[]
  beforeAll(async () => {
    world = await openChatWorld()
    await world.database.query(FAULTS)
    ;[ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const friends = [bob, ...(await Promise.all(Array.from({ length: 5 }, () => world.person())))]
    rooms = await Promise.all(friends.map((friend) => world.direct(ada, friend)))
  })
  afterAll(() => world[Symbol.asyncDispose]())

  /** A process of its own beside the world's, and the number of messages of each call of chat.append_messages. */
  async function openSender({ statementTimeoutMs = 7_000, times = 0, store = world.store } = {}) {
    const pool = await openPool(world.db.url, { max: 4, log: silentLog, statementTimeoutMs })
    await world.database.query(`alter sequence faults restart`)
    const name = new URL(world.db.url).pathname.slice(1)
    await world.database.query(`alter database ${name} set test.times = ${times}`)
    const calls: number[] = []
    const database: Database = {
      ...pool,
      query(text, values, options) {
        if (text.includes('chat.appendMessages')) calls.push((JSON.parse(String(values?.[0])) as unknown[]).length)
        return pool.query(text, values, options)
      },
    }
    const { bus, clock } = world
    const send = makeSend({ database, store, bus, clock, log: silentLog })
    return { send, calls, [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose]() }
  }

  const message = (clientMessageId: string = v7(), text = 'Hello') => ({ clientMessageId, text })

  /** Writes a receipt of Ada's, as another send of hers would. */
  const takeName = (sql: Sql, clientMessageId: string) =>
    sql.query(
      `insert into chat.receipts
       select $1::uuid, $2::text, $3::uuid, $4::uuid, 1000, now(), decode(repeat('00', 32), 'hex'), 1, pg_current_xact_id(), 0`,
      [ada.userId, clientMessageId, v7(), rooms[5]],
    )

  /** Sends `odd` in the middle of a round of healthy ones; all have to come out as a round of one each would. */
  async function among(send: Send, odd: () => Promise<Sent>) {
    const healthy = (at: number) => {
      const it = message()
      return send(ada, rooms[at]!, it).then((sent) => ({ ...it, room: rooms[at]!, sent }))
    }
    const before = [healthy(1), healthy(2)]
    const outcome = odd().then(
      (sent) => ({ sent }),
      (error: unknown) => ({ error: error as Error & { extensions?: { code: string }; code?: string } }),
    )
    const after = [healthy(3), healthy(2)]
    return { outcome: await outcome, neighbours: await Promise.allSettled([...before, ...after]) }
  }

  type Neighbours = Awaited<ReturnType<typeof among>>['neighbours']

  /** Each of them was stored once, and numbers are dense and rise with the positions in the log. */
  async function expectSent(neighbours: Neighbours) {
    for (const one of neighbours) {
      if (one.status === 'rejected') throw one.reason
      const { rows } = await world.database.query<{ id: string }>(
        'select message_id as id from chat.receipts where client_message_id = $1::text',
        [one.value.clientMessageId],
      )
      expect(rows).toEqual([{ id: one.value.sent.message.id }])
    }
    await expectOrder()
  }

  async function expectOrder() {
    const { rows } = await world.database.query<{ id: string; wrong: boolean }>(
      `select r.conversation_id as id,
         array_agg(r.sequence order by r.epoch, r.xid, r.event_id)
           <> array(select n from generate_series(1, max(c.last_sequence)) as n)
         or count(*) <> (select count(*) from events.log as l where l.key = r.conversation_id::text and l.kind = 'chat.MessageSent')
         or count(*) <> (select count(*) from chat.messages as m where m.conversation_id = r.conversation_id) as wrong
       from chat.receipts as r join chat.conversations as c on c.id = r.conversation_id
       group by r.conversation_id`,
    )
    expect(rows.filter(({ wrong }) => wrong)).toEqual([])
  }

  test('a stranger, a former member and a conversation that is none are NOT_FOUND alone', async () => {
    const group = await world.group(bob, ada, eve)
    await world.remove(bob, group, eve)
    await using process = await openSender()
    for (const [who, where] of [
      [eve, rooms[1]!],
      [eve, group],
      [ada, v7()],
    ] as const) {
      const { outcome, neighbours } = await among(process.send, () => process.send(who, where, message()))
      expect(outcome).toMatchObject({ error: { extensions: { code: 'NOT_FOUND' } } })
      await expectSent(neighbours)
    }
    expect(process.calls).toEqual([5, 5, 5])
  })

  test('a repeated name answers what was sent first, and with another text is a CONFLICT, alone', async () => {
    await using process = await openSender()
    const it = message()
    const { message: first } = await process.send(ada, rooms[0]!, it)
    const again = await among(process.send, () => process.send(ada, rooms[0]!, it))
    expect(again.outcome).toMatchObject({ sent: { message: first } })
    const other = await among(process.send, () => process.send(ada, rooms[0]!, { ...it, text: 'Other' }))
    const elsewhere = await among(process.send, () => process.send(ada, rooms[1]!, it))
    for (const { outcome } of [other, elsewhere])
      expect(outcome).toMatchObject({ error: { extensions: { code: 'CONFLICT' } } })
    await expectSent([...again.neighbours, ...other.neighbours, ...elsewhere.neighbours])
    expect(process.calls).toEqual([1, 5, 5, 5])
  })

  test('a value that PostgreSQL refuses fails alone', async () => {
    await using process = await openSender()
    const { outcome, neighbours } = await among(process.send, () =>
      process.send(ada, rooms[0]!, message(v7(), 'no\u0000text')),
    )
    expect(outcome).toMatchObject({ error: { code: '22P05' } })
    await expectSent(neighbours)
  })

  test.each([
    ['a check or a fault of the code', '23514'],
    ['a unique violation that stays', '23505'],
    ['a serialization failure that stays', '40001'],
    ['a deadlock that stays', '40P01'],
  ])('%s fails alone', async (_, state) => {
    await using process = await openSender({ times: 1_000 })
    const { outcome, neighbours } = await among(process.send, () =>
      process.send(ada, rooms[0]!, message(raising(state))),
    )
    expect(outcome).toMatchObject({ error: { code: state } })
    await expectSent(neighbours)
    expect(process.calls.length).toBeLessThanOrEqual(12)
  })

  test.each(['23505', '40001', '40P01'])(
    'what is lost to others once (%s) is done again, and nobody hears of it',
    async (state) => {
      await using process = await openSender({ times: 1 })
      const { outcome, neighbours } = await among(process.send, () =>
        process.send(ada, rooms[0]!, message(raising(state))),
      )
      expect(outcome).toHaveProperty('sent')
      await expectSent(neighbours)
      expect(process.calls).toEqual([5, 5])
    },
  )

  test('a name that another transaction is using waits for it, and answers what that one sent', async () => {
    await using process = await openSender()
    const it = message()
    const other = await holdTransaction(world.database, async (sql) => {
      await world.eventLog.lock(sql, rooms[5]!)
      await takeName(sql, it.clientMessageId)
    })
    const sending = among(process.send, () => process.send(ada, rooms[0]!, it))
    await lockWaits(world.database)
    await other.end()
    const { outcome, neighbours } = await sending
    await world.database.query('delete from chat.receipts where sequence = 1000')
    expect(outcome).toMatchObject({ error: { extensions: { code: 'CONFLICT' } } })
    await expectSent(neighbours)
  })

  test('a ring of waits is broken by PostgreSQL, and everybody’s message is stored once', async () => {
    await using process = await openSender()
    const it = message()
    const other = await holdTransaction(
      world.database,
      (sql) => takeName(sql, it.clientMessageId),
      async (sql) => {
        await world.eventLog.lock(sql, rooms[0]!)
        await sql.query('delete from chat.receipts where sequence = 1000')
      },
    )
    const sending = among(process.send, () => process.send(ada, rooms[0]!, it))
    await lockWaits(world.database)
    // Either may be the one that PostgreSQL ends.
    await Promise.allSettled([other.end()])
    const { outcome, neighbours } = await sending
    expect(outcome).toHaveProperty('sent')
    await expectSent(neighbours)
  })

  test.each([
    ['a lost connection', 'kill'],
    ['a statement that takes too long', 'sleep'],
  ])('%s leaves nothing of the round, and each can be sent again', async (_, fault) => {
    await using process = await openSender({ statementTimeoutMs: 500 })
    const { outcome, neighbours } = await among(process.send, () =>
      process.send(ada, rooms[0]!, message(`${fault} ${v7()}`)),
    )
    expect(outcome).toHaveProperty('error')
    expect(neighbours.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
    await expectOrder()
    const again = await among(process.send, () => process.send(ada, rooms[0]!, message()))
    await expectSent(again.neighbours)
    expect(again.outcome).toHaveProperty('sent')
  })

  describeWith('mongo', 'whose messages lie in MongoDB', () => {
    test.each(['cut', 'hold'] as const)(
      'a MongoDB that is away (%s) delays nobody for long, and gets them later',
      async (how) => {
        await using proxy = await startTcpProxy(requireUrl('mongo'))
        const database = `parley_test_${v7().replaceAll('-', '')}`
        await using store = await openMongoMessages({ url: proxy.url, database, log: silentLog })
        await using process = await openSender({ store })
        const head = await world.eventLog.head(world.database)
        proxy[how]()
        const startedAt = performance.now()
        const { outcome, neighbours } = await among(process.send, () => process.send(eve, rooms[0]!, message()))
        expect(performance.now() - startedAt).toBeLessThan(10_000)
        expect(outcome).toMatchObject({ error: { extensions: { code: 'NOT_FOUND' } } })
        proxy.restore()
        const sent = neighbours.map((one) => {
          if (one.status === 'rejected') throw one.reason
          return one.value.sent.message
        })
        // As the relay does it, before anybody hears of them.
        await world.db.settled()
        const { events } = await world.eventLog.read(world.database, head, 100)
        await eventually(() => finishWrites(store, events), 10_000)
        const found = await store.find(sent.map(({ id }) => id))
        expect(found).toEqual(sent.map((one) => ({ ...one, version: 1 })))
      },
    )
  })
})
