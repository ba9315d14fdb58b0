import { v7 } from 'uuid'
import type { EventKind } from '../platform/eventlog/kinds.ts'
import { silentLog } from '../platform/log/log.ts'
import {
  DeadTokenError,
  RefusedPushError,
  RetryLaterError,
  type PushDecision,
  type PushSender,
} from '../platform/push/push.ts'
import { openMemoryQueue } from '../platform/queue/index.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { startPushingAgain } from './push-again.ts'
import { startPush, type PushOptions } from './push-worker.ts'
import { PUSH_QUEUE, PUSH_SHARDS, pushShardOf } from './queues.ts'

describeWith('postgres', 'The push worker', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createDatabase()
  })
  afterAll(() => db[Symbol.asyncDispose]())

  const decision = (deviceId: string, body: string, event = body): PushDecision => ({
    event,
    userId: `owner of ${deviceId}`,
    deviceId,
    token: `secret token of ${deviceId}`,
    title: 'Alice',
    body,
    data: {},
    reason: 'offline',
  })
  /** A kind of event whose pushes are outdated as the test says. */
  const outdated = new Map<string, string>()
  const known: EventKind = {
    name: 'test.Said',
    orderedBy: 'conversation',
    audience: { of: 'nobody' },
    parse: () => ({}),
    push: {
      withheldFrom: () => null,
      describe: async () => [],
      outdatedBy: async (_sql, asked) => asked.map(({ data }) => outdated.get(data['messageId'] ?? '') ?? null),
    },
  }
  const kinds = { find: (name: string) => (name === known.name ? known : undefined) }

  const open = async () => {
    const queue = openMemoryQueue()
    await queue.declare(PUSH_QUEUE, PUSH_SHARDS)
    const publish = (push: PushDecision) => queue.publish(PUSH_QUEUE, pushShardOf(push.userId), JSON.stringify(push))
    const dropped: string[] = []
    const dropToken = async (deviceId: string, token: string) => void dropped.push(`${deviceId}: ${token}`)
    const start = (send: PushSender['send'], options: PushOptions = {}, record?: PushSender['send']) =>
      startPush(
        {
          queue,
          kinds,
          sender: { send },
          database: db.database,
          dropToken,
          findBadges: async (_sql, userIds) => userIds.map(() => 7),
          log: silentLog,
          ...(record && { record: { send: record } }),
        },
        { tries: 3, pauses: { firstMs: 1, mostMs: 2 }, burstMs: 0, ...options },
      )
    return { queue, publish, start, dropped, dropToken }
  }

  test('sends each push as it was decided, those of one device in order', async () => {
    const { publish, start } = await open()
    const sent: PushDecision[] = []
    for (const body of ['1', '2', '3']) for (const device of ['a', 'b']) await publish(decision(device, body))
    let slow = true
    await using _push = start(async (push) => {
      // The first one fails at first: those after it for the same device wait, the other device's do not.
      if (push.deviceId === 'a' && slow) {
        slow = false
        throw new Error('try again')
      }
      sent.push(push)
    })
    await eventually(() => expect(sent).toHaveLength(6))
    const of = (device: string) => sent.filter(({ deviceId }) => deviceId === device)
    expect(of('a')).toEqual(['1', '2', '3'].map((body) => ({ ...decision('a', body), badge: 7 })))
    expect(of('b').map(({ body }) => body)).toEqual(['1', '2', '3'])
  })

  test('a push of which no note can be made is sent and acknowledged', async () => {
    const { queue, publish, start } = await open()
    const sent: string[] = []
    const send: PushSender['send'] = async ({ body }) => void sent.push(body)
    const unwritable = () => Promise.reject(new Error('The disk is full.'))
    await publish(decision('z', 'unnoted'))
    {
      await using _push = start(send, {}, unwritable)
      // It is acknowledged once it is stored that it was sent.
      await eventually(async () => {
        const { rows } = await db.database.query(`select 1 from delivery.sent_pushes where device_id = 'z'`)
        return rows.length > 0
      })
      expect(sent).toEqual(['unnoted'])
    }
    // What was not acknowledged would come again, to whoever consumes next.
    const left: string[] = []
    await using _rest = await queue.consume(PUSH_QUEUE, pushShardOf('owner of z'), { prefetch: 10 }, ({ body }) => {
      left.push((JSON.parse(body) as PushDecision).body)
    })
    await publish(decision('z', 'next'))
    await eventually(() => expect(left).toEqual(['next']))
  })

  test('a push that the provider keeps refusing is parked with the reason and without the token, and the next one is sent', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    let tries = 0
    await using _push = start(async ({ body }) => {
      if (body === 'refused') {
        tries += 1
        throw new Error('invalid')
      }
      sent.push(body)
    })
    await publish(decision('c', 'refused'))
    await publish(decision('c', 'fine'))
    await eventually(() => expect(sent).toEqual(['fine']))
    expect(tries).toBe(3)
    const { rows } = await db.database.query(
      `select user_id, device_id, decision, reason from delivery.parked_pushes where device_id = 'c'`,
    )
    const { token: _, ...rest } = { ...decision('c', 'refused'), badge: 7 }
    expect(rows).toEqual([{ user_id: rest.userId, device_id: 'c', decision: rest, reason: 'Error: invalid' }])
  })

  test('a push that can never be sent is parked at once without its text, and a dead token is taken from its device', async () => {
    const { publish, start, dropped } = await open()
    const tried: string[] = []
    await using _push = start(async ({ body }) => {
      tried.push(body)
      if (body === 'too large') throw new RefusedPushError('It has too many bytes.')
      if (body === 'gone') throw new DeadTokenError('Nobody is there.')
    })
    for (const body of ['too large', 'gone', 'fine']) await publish(decision('j', body))
    await eventually(() => expect(tried).toEqual(['too large', 'gone', 'fine']))
    expect(dropped).toEqual(['j: secret token of j'])
    const { rows } = await db.database.query(
      `select reason, decision ->> 'title' as title, decision ->> 'body' as body
       from delivery.parked_pushes where device_id = 'j'`,
    )
    expect(rows).toEqual([{ reason: 'RefusedPushError: It has too many bytes.', title: '', body: '' }])
  })

  test('a provider that asks for a pause gets it', async () => {
    const { publish, start } = await open()
    const times: number[] = []
    await using _push = start(async () => {
      if (times.push(performance.now()) === 1) throw new RetryLaterError('Later.', 300)
    })
    await publish(decision('k', 'later'))
    await eventually(() => expect(times).toHaveLength(2))
    expect(times[1]! - times[0]!).toBeGreaterThan(290)
  })

  test('a device whose provider never answers keeps nobody else from their pushes, and its own come back', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    const tried = new Set<string>()
    // More than wait at once in one shard.
    for (let n = 0; n < 400; n++) await publish({ ...said('q', n), collapseKey: `chat ${n}`, userId: 'owner of r' })
    await publish(decision('r', 'of the same shard'))
    await using _push = start(
      async ({ body, deviceId }) => {
        if (deviceId === 'q') {
          tried.add(body)
          throw new Error('not in time')
        }
        sent.push(body)
      },
      { tries: 1_000_000 },
    )
    await eventually(() => expect(sent).toEqual(['of the same shard']))
    expect(tried.size).toBe(1)
    const { rows } = await db.database.query<{ count: number }>(
      `select count(*)::int as count from delivery.parked_pushes where device_id = 'q' and retry_at is not null`,
    )
    expect(rows[0]?.count).toBeGreaterThan(300)
  })

  test('many users whose providers do not answer keep few places: the pushes of the others are parked for a later try', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    const hanging = Array.from({ length: 6 }, (_, n) => `hanging ${n} ${v7()}`)
    const send = async ({ deviceId }: PushDecision) => {
      if (hanging.includes(deviceId)) throw new Error('The host does not answer.')
      sent.push(deviceId)
    }
    await using _push = start(send, { maxRetrying: 2, pauses: { firstMs: 60_000, mostMs: 60_000 } })
    for (const device of hanging) await publish(decision(device, v7()))
    await eventually(async () => {
      const { rows } = await db.database.query(
        'select from delivery.parked_pushes where device_id = any($1::text[]) and retry_at is not null',
        [hanging],
      )
      expect(rows).toHaveLength(4)
    })
    await publish(decision('answers', v7()))
    await eventually(() => expect(sent).toEqual(['answers']))
  })

  test('a push whose provider asks for a long pause waits for it parked', async () => {
    const { publish, start } = await open()
    await using _push = start(() => Promise.reject(new RetryLaterError('Later.', 900_000)))
    await publish(decision('s', 'later'))
    await eventually(async () => {
      const { rows } = await db.database.query(
        `select from delivery.parked_pushes where device_id = 's' and retry_at > now() + interval '14 minutes'`,
      )
      expect(rows).toHaveLength(1)
    })
  })

  test('of a parked push and a later one of its conversation the later one is sent', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    await publish(said('t', 2))
    await publish({ ...said('t', 1), parks: 1, firstAt: new Date().toISOString() } as PushDecision)
    await using _push = start(async ({ body }) => void sent.push(body))
    await eventually(async () => expect(await outcomes('t')).toHaveLength(2))
    expect(sent).toEqual(['said 2'])
  })

  test('what was not sent when the worker stopped is sent by the next one', async () => {
    const { publish, start } = await open()
    let tried = 0
    const first = startPushThatNeverGives(start, () => (tried += 1))
    await publish(decision('d', 'hello'))
    await eventually(() => expect(tried).toBe(1))
    await first.stop()
    const sent: string[] = []
    await using _second = start(async ({ body }) => void sent.push(body))
    await eventually(() => expect(sent).toEqual(['hello']))
  })

  test('a device gets one push for an event, however often it is decided, and across restarts of the worker', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    const first = start(async ({ body }) => void sent.push(body))
    for (const body of ['one', 'one', 'two']) await publish(decision('f', body))
    await eventually(() => expect(sent).toEqual(['one', 'two']))
    await first[Symbol.asyncDispose]()
    await using _second = start(async ({ body }) => void sent.push(body))
    await publish(decision('f', 'one'))
    await publish(decision('f', 'said otherwise', 'two'))
    await publish(decision('f', 'three'))
    await publish(decision('g', 'of another device', 'one'))
    await eventually(() => expect(sent.slice(2).sort()).toEqual(['of another device', 'three']))
  })

  test('pushes go on while the database is away, each once, and what was sent then is known later', async () => {
    const { queue, publish, dropToken } = await open()
    let away = true
    const database: Sql = {
      query: (...statement) => (away ? Promise.reject(new Error('ECONNREFUSED')) : db.database.query(...statement)),
    }
    const sent: string[] = []
    const start = () =>
      startPush({
        queue,
        sender: { send: async ({ body }) => void sent.push(body) },
        database,
        dropToken,
        kinds,
        log: silentLog,
      })
    const first = start()
    for (const body of ['one', 'one', 'two']) await publish(decision('h', body))
    await eventually(() => expect(sent).toEqual(['one', 'two']))
    away = false
    await publish(decision('h', 'three'))
    await eventually(() => expect(sent).toEqual(['one', 'two', 'three']))
    await first[Symbol.asyncDispose]()
    await using _second = start()
    for (const body of ['one', 'two', 'three', 'four']) await publish(decision('h', body))
    await eventually(() => expect(sent).toEqual(['one', 'two', 'three', 'four']))
  })

  test('what was sent three days ago is forgotten', async () => {
    await db.database.query(
      `insert into delivery.sent_pushes (event, device_id, sent_at) values ('old', 'i', now() - interval '73 hours'), ('new', 'i', now())`,
    )
    const { start } = await open()
    await using _push = start(async () => {})
    await eventually(async () => {
      const { rows } = await db.database.query(`select event from delivery.sent_pushes where device_id = 'i'`)
      expect(rows).toEqual([{ event: 'new' }])
    })
  })

  test('a message that is no push is dropped, and the next one goes', async () => {
    const { queue, publish, start } = await open()
    const sent: string[] = []
    await using _push = start(async ({ body }) => void sent.push(body))
    for (const body of ['', 'x', 'null', '[]', '{}']) await queue.publish(PUSH_QUEUE, pushShardOf('owner of e'), body)
    await publish(decision('e', 'hello'))
    await eventually(() => expect(sent).toEqual(['hello']))
  })

  const outcomes = async (deviceId: string) =>
    (
      await db.database.query<{ event: string; outcome: string; reason: string }>(
        `select event, outcome, reason from delivery.push_decisions where device_id = $1 order by event`,
        [deviceId],
      )
    ).rows

  const said = (deviceId: string, n: number): PushDecision => ({
    ...decision(deviceId, `said ${n}`),
    kind: known.name,
    collapseKey: 'chat',
    data: { messageId: `${deviceId} ${n}` },
  })
  const read = (deviceId: string, event: string): PushDecision => ({
    ...decision(deviceId, '', event),
    title: '',
    collapseKey: 'chat',
    withdraws: true,
  })

  test('what was read or deleted before its turn came is not sent, and the reason is kept', async () => {
    const { publish, start } = await open()
    outdated.set('l 1', 'READ').set('l 2', 'DELETED')
    const sent: string[] = []
    for (const n of [1, 2]) await publish({ ...said('l', n), collapseKey: `chat ${n}` })
    await publish(said('l', 3))
    await using _push = start(async ({ body }) => void sent.push(body))
    await eventually(() => expect(sent).toEqual(['said 3']))
    await eventually(async () =>
      expect(await outcomes('l')).toEqual([
        { event: 'said 1', outcome: 'SUPPRESSED', reason: 'READ' },
        { event: 'said 2', outcome: 'SUPPRESSED', reason: 'DELETED' },
        { event: 'said 3', outcome: 'SENT', reason: 'offline' },
      ]),
    )
  })

  test('of a burst in one conversation the first and the last are sent, others have their own', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    await using _push = start(async ({ body }) => void sent.push(body), { burstMs: 300 })
    await publish(said('m', 0))
    await eventually(() => expect(sent).toEqual(['said 0']))
    for (let n = 1; n <= 5; n++) await publish(said('m', n))
    await publish({ ...said('m', 6), collapseKey: 'another' })
    await eventually(() => expect([...sent].sort()).toEqual(['said 0', 'said 5', 'said 6']))
    await eventually(async () => {
      const all = await outcomes('m')
      expect(all.filter(({ reason }) => reason === 'COALESCED')).toHaveLength(4)
      expect(all.filter(({ outcome }) => outcome === 'SENT')).toHaveLength(3)
    })
  })

  /** As `said`, with the place of its event in the log. */
  const placed = (deviceId: string, n: number): PushDecision => ({ ...said(deviceId, n), event: `1:700:${n}` })

  test('of one conversation the latest event is shown, whenever its push comes and how often', async () => {
    const { publish, start } = await open()
    const sent: string[] = []
    await using _push = start(async ({ body }) => void sent.push(body), { burstMs: 300 })
    await publish(placed('v', 1))
    await eventually(() => expect(sent).toEqual(['said 1']))
    // A device that was waited for gets an earlier event later, and a consumer that took over decides once more.
    for (const n of [4, 2, 1, 2, 4]) await publish(placed('v', n))
    await eventually(() => expect(sent).toEqual(['said 1', 'said 4']))
    await publish(placed('v', 3))
    await publish({ ...decision('v', 'the end'), collapseKey: 'another' })
    await eventually(() => expect(sent).toEqual(['said 1', 'said 4', 'the end']))
    await eventually(async () =>
      expect((await outcomes('v')).map(({ event, reason }) => [event, reason])).toEqual([
        ['1:700:1', 'offline'],
        ['1:700:2', 'COALESCED'],
        ['1:700:3', 'COALESCED'],
        ['1:700:4', 'offline'],
        ['the end', 'offline'],
      ]),
    )
  })

  test('what takes a notification away keeps no other one from being shown, and leaves it', async () => {
    const { publish, start } = await open()
    const sent: PushDecision[] = []
    await using _push = start(async (push) => void sent.push(push), { burstMs: 300 })
    await publish(placed('w', 1))
    await eventually(async () => expect(await outcomes('w')).toHaveLength(1))
    await publish(placed('w', 2))
    await publish({ ...read('w', '1:700:3'), data: { messageId: 'w 1' } })
    await eventually(async () => expect(await outcomes('w')).toHaveLength(3))
    expect(sent.map(({ body, withdraws = false }) => [body, withdraws])).toEqual([
      ['said 1', false],
      ['said 2', false],
    ])
    expect((await outcomes('w')).at(-1)).toMatchObject({ event: '1:700:3', reason: 'COALESCED' })
  })

  test('a shown notification is taken away, silently and with the same key', async () => {
    const { publish, start } = await open()
    const sent: PushDecision[] = []
    await using _push = start(async (push) => void sent.push(push))
    await publish(said('n', 1))
    await eventually(async () => expect(await outcomes('n')).toHaveLength(1))
    await publish(read('n', 'read 1'))
    await eventually(() => expect(sent).toHaveLength(2))
    expect(sent[1]).toMatchObject({ withdraws: true, collapseKey: 'chat', deviceId: 'n', badge: 7 })
    await eventually(async () => {
      const { rows } = await db.database.query(
        `select event from delivery.sent_pushes where device_id = 'n' and withdrawn_at is not null`,
      )
      expect(rows).toEqual([{ event: 'said 1' }])
    })
  })

  test('what is read while its push is under way is taken away after it', async () => {
    const { publish, start } = await open()
    const sent: PushDecision[] = []
    await using _push = start(async (push) => {
      sent.push(push)
      outdated.set('o 1', 'READ')
    })
    await publish(said('o', 1))
    await eventually(() => expect(sent.map(({ withdraws = false }) => withdraws)).toEqual([false, true]))
  })

  test('a push that the provider does not take for a while is sent when it is back, with the token of then', async () => {
    const { queue, publish, start } = await open()
    const { database } = db
    const [userId, deviceId] = [v7(), v7()]
    await database.query(
      `insert into users.account (id, address, display_name, created_at) values ($1::uuid, $1::text, 'Ada', now())`,
      [userId],
    )
    await database.query(
      `insert into users.device (id, secret_hash, name, platform, push_token, created_at)
       values ($1::uuid, decode(repeat('00', 32), 'hex'), 'Phone', 'IOS', 'new token', now())`,
      [deviceId],
    )
    await database.query(
      `insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
       values ($1::uuid, $2::uuid, $3::uuid, decode(repeat('00', 32), 'hex'), now(), now() + interval '1 day')`,
      [v7(), userId, deviceId],
    )
    let away = true
    const sent: PushDecision[] = []
    await using _push = start(
      async (push) => {
        if (away) throw new Error('away')
        sent.push(push)
      },
      { parkedPauses: { firstMs: 10, mostMs: 20 } },
    )
    await publish({ ...decision(deviceId, 'hello'), userId })
    const parked = async () =>
      (
        await database.query<{ parks: number }>(
          'select parks from delivery.parked_pushes where device_id = $1 and retry_at is not null',
          [deviceId],
        )
      ).rows
    await eventually(async () => expect(await parked()).toHaveLength(1))
    await using _again = startPushingAgain({ database, queue, log: silentLog }, { everyMs: 20 })
    await eventually(async () => expect((await parked())[0]?.parks).toBeGreaterThan(2))
    away = false
    await eventually(() => expect(sent).toMatchObject([{ body: 'hello', token: 'new token' }]))
    await eventually(async () => expect(await parked()).toEqual([]))
    await eventually(async () =>
      expect(await outcomes(deviceId)).toEqual([{ event: 'hello', outcome: 'SENT', reason: 'offline' }]),
    )
  })
})

/** A worker whose provider takes the call and fails it only when the worker stops. */
function startPushThatNeverGives(start: (send: PushSender['send']) => AsyncDisposable, onTry: () => void) {
  let fail = (_: Error) => {}
  const push = start(() => {
    onTry()
    return new Promise<void>((_, reject) => (fail = reject))
  })
  return {
    async stop() {
      const stopped = push[Symbol.asyncDispose]()
      fail(new Error('the connection was closed'))
      await stopped
    },
  }
}
