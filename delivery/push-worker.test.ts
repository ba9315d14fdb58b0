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
import { startPush } from './push-worker.ts'
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
  const open = async () => {
    const queue = openMemoryQueue()
    await queue.declare(PUSH_QUEUE, PUSH_SHARDS)
    const publish = (push: PushDecision) => queue.publish(PUSH_QUEUE, pushShardOf(push.userId), JSON.stringify(push))
    const dropped: string[] = []
    const dropToken = async (deviceId: string, token: string) => void dropped.push(`${deviceId}: ${token}`)
    const start = (send: PushSender['send']) =>
      startPush(
        { queue, sender: { send }, database: db.database, dropToken, log: silentLog },
        { tries: 3, pauses: { firstMs: 1, mostMs: 2 } },
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
    expect(of('a')).toEqual(['1', '2', '3'].map((body) => decision('a', body)))
    expect(of('b').map(({ body }) => body)).toEqual(['1', '2', '3'])
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
    const { token: _, ...rest } = decision('c', 'refused')
    expect(rows).toEqual([{ user_id: rest.userId, device_id: 'c', decision: rest, reason: 'Error: invalid' }])
  })

  test('a push that can never be sent is parked at once, and a dead token is taken from its device', async () => {
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
    const { rows } = await db.database.query(`select reason from delivery.parked_pushes where device_id = 'j'`)
    expect(rows).toEqual([{ reason: 'RefusedPushError: It has too many bytes.' }])
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

  test('what was sent a day ago is forgotten', async () => {
    await db.database.query(
      `insert into delivery.sent_pushes values ('old', 'i', now() - interval '25 hours'), ('new', 'i', now())`,
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
