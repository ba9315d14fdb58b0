import { Client } from 'pg'
import { decodeNotification, type Notification } from '../inbox/protocol.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { comparePositions, formatPosition } from '../platform/eventlog/position.ts'
import { silentLog, type Log } from '../platform/log/log.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { openWorld, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { databaseUrl } from '../test/support/postgres.ts'
import { describeWith, requireUrl } from '../test/support/services.ts'
import { silentMeter } from './meter.ts'
import { claimPosition } from './positions.ts'
import { makeSavePosition } from './positions.ts'
import { RELAY, startRelay } from './relay.ts'

describeWith('postgres', 'The relay', () => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  /** A queue that keeps what it confirmed; `refuse` says which publish fails, by its text. */
  const keeping = (refuse: (text: string) => boolean = () => false) => {
    const attempts: string[] = []
    const kept: Notification[] = []
    const queue: Queue = {
      ...world.queue,
      async declare() {},
      async publish(_name, _shard, body) {
        const notification = decodeNotification(body)!
        const text = textOf(notification.event)
        attempts.push(text)
        if (refuse(text)) throw new Error('no confirm')
        kept.push(notification)
      },
    }
    return { queue, attempts, kept, texts: () => kept.map(({ event }) => textOf(event)) }
  }
  const textOf = ({ payload }: LoggedEvent) => (payload as { text: string }).text
  const start = (queue: Queue, changes: Partial<Parameters<typeof startRelay>[0]> = {}, term = '1', lost = () => {}) =>
    world.use(
      startRelay(
        {
          database: world.database,
          eventLog: world.eventLog,
          bus: world.bus,
          queue,
          save: makeSavePosition(world.database),
          finishWrites: async () => {},
          log: silentLog,
          meter: silentMeter,
          ...changes,
        },
        term,
        lost,
      ),
    )
  const world4 = async () => {
    world = await openWorld()
    const alice = await world.person('Alice')
    const chats = await Promise.all(
      ['b', 'c', 'd'].map(async (name) => world.conversation(alice, await world.person(name))),
    )
    return { alice, chats }
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

  test('publishes the log in order, each message naming the one before it on its shard', async () => {
    const { alice, chats } = await world4()
    for (const text of numbers(1, 30)) await world.send(chats[Number(text) % 3]!, alice, text)
    const { queue, kept, texts } = keeping()
    start(queue)
    await eventually(() => expect(texts()).toEqual(numbers(1, 30)))
    for (const text of numbers(31, 40)) await world.send(chats[0]!, alice, text)
    await eventually(() => expect(texts()).toEqual(numbers(1, 40)))
    for (const shard of new Set(kept.map(({ event }) => event.shard))) {
      const chain = kept.filter(({ event }) => event.shard === shard)
      const [first, ...rest] = chain
      expect(formatPosition(first!.previous!)).toBe('0:0:0') // where this relay began
      expect(rest.map(({ previous }) => previous)).toEqual(chain.slice(0, -1).map(({ event }) => event.position))
    }
  })

  test('after a failed confirm it starts again at the first unconfirmed one', async () => {
    const { alice, chats } = await world4()
    for (const text of numbers(1, 9)) await world.send(chats[0]!, alice, text)
    // The first round reads all of them.
    await world.settled()
    let failures = 3
    const { queue, attempts, texts } = keeping((text) => text === '4' && failures-- > 0)
    start(queue)
    await eventually(() => expect(texts().at(-1)).toBe('9'))
    const round = numbers(4, 9)
    await eventually(() => expect(attempts).toEqual([...numbers(1, 9), ...round, ...round, ...round]))
    // The last round is whole and in order.
    expect(texts().slice(-6)).toEqual(round)
  })

  test('its position never passes an unconfirmed event, so the next relay begins with it', async () => {
    const { alice, chats } = await world4()
    const sent = []
    for (const text of numbers(1, 6)) sent.push(await world.send(chats[0]!, alice, text))
    const first = keeping((text) => Number(text) >= 5)
    const relay = start(first.queue)
    await eventually(() => expect(first.attempts.filter((text) => text === '5').length).toBeGreaterThan(2))
    await relay[Symbol.asyncDispose]()
    expect(comparePositions(await world.savedPosition(RELAY), sent[4]!.position)).toBeLessThan(0)
    const second = keeping()
    start(second.queue, {}, '2')
    await eventually(() => expect(second.texts().slice(-2)).toEqual(['5', '6']))
  })

  test('after an orderly end the next relay publishes nothing again', async () => {
    const { alice, chats } = await world4()
    for (const text of numbers(1, 5)) await world.send(chats[0]!, alice, text)
    const first = keeping()
    const relay = start(first.queue)
    await eventually(() => expect(first.texts()).toEqual(numbers(1, 5)))
    await relay[Symbol.asyncDispose]()
    const second = keeping()
    start(second.queue, {}, '2')
    await world.send(chats[0]!, alice, '6')
    await eventually(() => expect(second.texts()).toEqual(['6']))
  })

  test('an event that took its place early and was committed late is not skipped', async () => {
    const { alice, chats } = await world4()
    const { queue, texts } = keeping()
    start(queue)
    let commit = () => {}
    const until = new Promise<void>((resolve) => (commit = resolve))
    let appended = () => {}
    const early = new Promise<void>((resolve) => (appended = resolve))
    const late = world.database.transaction(async (sql) => {
      await world.append(sql, chats[0]!, alice, 'early')
      appended()
      await until
    })
    await early
    await world.send(chats[1]!, alice, 'later')
    // Another reader, who looks by id alone, sees the later one by now.
    await eventually(async () => {
      const { rows } = await world.database.query(`select from events.log where payload->>'text' = 'later'`)
      expect(rows).toHaveLength(1)
    })
    commit()
    await late
    await eventually(() => expect(texts()).toEqual(['early', 'later']))
  })

  test('finds what is appended without a hint', async () => {
    const { alice, chats } = await world4()
    const { queue, texts } = keeping()
    start(queue, { bus: { ...world.bus, listen: () => Promise.reject(new Error('away')) } })
    for (const text of numbers(1, 3)) await world.send(chats[0]!, alice, text)
    await eventually(() => expect(texts()).toEqual(numbers(1, 3)))
  })

  test('waits while the message store is down, logs it, and continues without skipping', async () => {
    const { alice, chats } = await world4()
    const lines: string[] = []
    const log: Log = { ...silentLog, warn: (message) => void lines.push(message), with: () => log }
    const finished: string[] = []
    let away = true
    let tries = 0
    const finishWrites = async (events: readonly LoggedEvent[]) => {
      tries += 1
      if (away) throw new Error('The store is away.')
      finished.push(...events.map(textOf))
    }
    for (const text of numbers(1, 3)) await world.send(chats[0]!, alice, text)
    const { queue, texts } = keeping((text) => !finished.includes(text))
    start(queue, { finishWrites, log })
    await eventually(() => expect(tries).toBeGreaterThan(3))
    expect(texts()).toEqual([])
    expect(lines).toContain('Could not finish writes to the message store: retrying.')
    away = false
    await eventually(() => expect(texts()).toEqual(numbers(1, 3)))
    expect(finished).toEqual(numbers(1, 3))
  })

  test('a relay whose lease was taken over cannot move the position, and hears that it lost it', async () => {
    const { alice, chats } = await world4()
    const { queue, texts } = keeping()
    let lost = 0
    start(queue, {}, '1', () => (lost += 1))
    const one = await world.send(chats[0]!, alice, '1')
    await eventually(async () => comparePositions(await world.savedPosition(RELAY), one.position) >= 0)
    expect(lost).toBe(0)
    const claimed = await claimPosition(world.database, RELAY, '2')
    await world.send(chats[0]!, alice, '2')
    await eventually(() => expect(lost).toBe(1))
    expect(texts()).toEqual(['1', '2']) // a duplicate for the next one, which consumers drop
    expect(await world.savedPosition(RELAY)).toEqual(claimed)
    // And an older term claims nothing.
    let late = 0
    start(queue, {}, '1', () => (late += 1))
    await eventually(() => expect(late).toBe(1))
  })

  test('says which transaction keeps it from reading, after five seconds', async () => {
    const { alice, chats } = await world4()
    const { queue, texts } = keeping()
    const warnings: unknown[] = []
    const log: Log = {
      ...silentLog,
      warn: (message, facts) => void warnings.push({ message, ...facts }),
      with: () => log,
    }
    start(queue, { log })
    const other = new Client({ connectionString: databaseUrl(requireUrl('postgres'), 'postgres') })
    await other.connect()
    try {
      await other.query('begin')
      const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid, pg_current_xact_id()')
      await world.send(chats[0]!, alice, 'held up')
      const named = expect.objectContaining({
        message: expect.stringContaining('holds delivery up'),
        pid: rows[0]!.pid,
      })
      await eventually(() => expect(warnings).toContainEqual(named), 20_000)
      expect(texts()).toEqual([])
      await other.query('rollback')
      await eventually(() => expect(texts()).toEqual(['held up']))
    } finally {
      await other.end()
    }
  })
})
