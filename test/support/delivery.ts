import { connect } from 'amqplib'
import { v7 } from 'uuid'
import { NOTIFY_QUEUE, PUSH_QUEUE, PUSH_SHARDS, startDelivery } from '../../delivery/index.ts'
import type { DeliveryDeps, DeliveryOptions } from '../../delivery/index.ts'
import { kinds } from '../../roles/event-kinds.ts'
import { APPENDED_CHANNEL } from '../../platform/eventlog/appended.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import { openMemoryBus, openRedisBus } from '../../platform/bus/index.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import type { EventLog, Json, LoggedEvent } from '../../platform/eventlog/eventlog.ts'
import { consumerChannel, nodeChannel, type FeedEvent, type ToConsumer, type ToNode } from '../../inbox/protocol.ts'
import { openEventLog } from '../../platform/eventlog/log.ts'
import {
  comparePositions,
  laterPosition,
  ORIGIN,
  parsePosition,
  type Position,
} from '../../platform/eventlog/position.ts'
import { silentLog } from '../../platform/log/log.ts'
import type { Presence, Whereabouts } from '../../platform/presence/presence.ts'
import type { PushDecision } from '../../platform/push/push.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { openMemoryPresence, openRedisPresence } from '../../platform/presence/index.ts'
import { openMemoryQueue, openRabbitQueue } from '../../platform/queue/index.ts'
import type { Database, Sql } from '../../platform/sql/sql.ts'
import type { MessageExtras } from '../../subgraphs/chat/messages/body.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { requireUrl } from './services.ts'

export interface Person {
  readonly userId: string
  readonly devices: readonly string[]
}

export interface Sent {
  readonly conversationId: string
  readonly text: string
  readonly position: Position
  readonly shard: number
}

export interface Ports {
  readonly queue: Queue
  readonly bus: Bus
  readonly presence: Presence
}

/** The services as one process sees them, each with connections of its own where that makes a difference. */
export type OpenPorts = () => Promise<Ports & AsyncDisposable>

/** One set of ports in memory, shared by every process of the test. */
export function memoryPorts(): OpenPorts {
  const ports = { queue: openMemoryQueue(), bus: openMemoryBus(), presence: openMemoryPresence({ clock: systemClock }) }
  return async () => ({ ...ports, async [Symbol.asyncDispose]() {} })
}

/** RabbitMQ and Redis, with connections of its own for each process. `redisUrl` may lead through a proxy. */
export function realPorts(redisUrl = requireUrl('redis')): OpenPorts & { removeQueues(shards: number): Promise<void> } {
  const prefix = `test.${v7()}.`
  const open = async () => {
    const queue = await openRabbitQueue({ url: requireUrl('rabbitmq'), prefix, log: silentLog })
    const bus = await openRedisBus({ url: redisUrl, prefix, log: silentLog })
    const presence = await openRedisPresence({ url: redisUrl, prefix, log: silentLog })
    return {
      queue,
      bus,
      presence,
      async [Symbol.asyncDispose]() {
        for (const port of [queue, bus, presence]) await port[Symbol.asyncDispose]()
      },
    }
  }
  return Object.assign(open, {
    async removeQueues(shards: number) {
      const connection = await connect(requireUrl('rabbitmq'))
      const channel = await connection.createChannel()
      for (let shard = 0; shard < shards; shard++) await channel.deleteQueue(`${prefix}${NOTIFY_QUEUE}.${shard}`)
      for (let shard = 0; shard < PUSH_SHARDS; shard++) await channel.deleteQueue(`${prefix}${PUSH_QUEUE}.${shard}`)
      await connection.close()
    },
  })
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** A real database with people and conversations, and everything that delivery meets around it. */
export async function openWorld({
  shards = 4,
  openPorts = memoryPorts(),
}: { shards?: number; openPorts?: OpenPorts } = {}) {
  const db: TestDatabase = await createDatabase()
  const { database } = db
  await database.query('update events.settings set shards = $1::int', [shards])
  const eventLog = await openEventLog(database, kinds)
  const opened: AsyncDisposable[] = []
  const use = <T extends AsyncDisposable>(value: T): T => {
    opened.push(value)
    return value
  }
  const ports = use(await openPorts())

  const person = async (name: string, devices = 1): Promise<Person> => {
    const userId = v7()
    await database.query(
      `insert into users.account (id, address, display_name, created_at) values ($1::uuid, $2::text, $3::text, now())`,
      [userId, `${userId}@example.org`, name],
    )
    const ids: string[] = []
    for (let i = 0; i < devices; i++) {
      const deviceId = v7()
      await database.query(
        `insert into users.device (id, secret_hash, name, platform, push_token, created_at)
         values ($1::uuid, decode(repeat('00', 32), 'hex'), 'Phone', 'IOS', $2::text, now())`,
        [deviceId, `token-${deviceId}`],
      )
      await database.query(
        `insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
         values ($1::uuid, $2::uuid, $3::uuid, decode(repeat('00', 32), 'hex'), now(), now() + interval '1 day')`,
        [v7(), userId, deviceId],
      )
      ids.push(deviceId)
    }
    return { userId, devices: ids }
  }

  const conversation = async (...people: readonly Person[]): Promise<string> => {
    const id = v7()
    const users = people.map(({ userId }) => userId).sort()
    await database.query(
      `insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at)
       values ($1::uuid, 'DIRECT', $2::uuid, $3::uuid, now())`,
      [id, users[0], users.at(-1)],
    )
    for (const userId of users)
      await database.query(
        'insert into chat.direct_participants (conversation_id, user_id) values ($1::uuid, $2::uuid)',
        [id, userId],
      )
    return id
  }

  /** A group with these members; each joined by an event of its own, as `groups` does it. */
  const group = async (title: string, ...people: readonly Person[]): Promise<string> => {
    const id = v7()
    await database.query('insert into groups.room (id, title, created_at) values ($1::uuid, $2::text, now())', [
      id,
      title,
    ])
    for (const person of people) await join(id, person)
    return id
  }

  /** By the person itself, unless somebody else is named. */
  const join = (id: string, { userId }: Person, by: Person | null = null) =>
    database.transaction(async (sql) => {
      await eventLog.lock(sql, id)
      const { position } = await eventLog.append(sql, {
        kind: 'groups.MemberJoined',
        key: id,
        payload: { groupId: id, userId, role: 'MEMBER', by: by?.userId ?? userId },
      })
      await sql.query(
        `insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
         values ($1::uuid, $2::uuid, 'MEMBER', now(), $3::int, $4::xid8, $5::bigint)`,
        [id, userId, position.epoch, String(position.xid), String(position.id)],
      )
      await eventLog.append(sql, {
        kind: 'groups.MembersJoined',
        key: id,
        payload: { groupId: id, userIds: [userId], by: by?.userId ?? userId },
      })
    })

  const leave = (id: string, { userId }: Person) =>
    database.transaction(async (sql) => {
      await eventLog.lock(sql, id)
      const { position } = await eventLog.append(sql, {
        kind: 'groups.MemberLeft',
        key: id,
        payload: { groupId: id, userId, by: userId },
      })
      await sql.query(
        `update groups.stay set until_epoch = $3::int, until_xid = $4::xid8, until_id = $5::bigint, left_at = now()
         where group_id = $1::uuid and user_id = $2::uuid and until_epoch is null`,
        [id, userId, position.epoch, String(position.xid), String(position.id)],
      )
    })

  const sequences = new Map<string, number>()
  const append = async (
    sql: Sql,
    conversationId: string,
    sender: Person,
    text: string,
    extras: MessageExtras = {},
  ): Promise<Sent> => {
    const sequence = (sequences.get(conversationId) ?? 0) + 1
    sequences.set(conversationId, sequence)
    const payload = {
      id: v7(),
      conversationId,
      sequence,
      senderId: sender.userId,
      clientMessageId: v7(),
      text,
      ...(extras as Readonly<Record<string, Json>>),
      sentAt: new Date().toISOString(),
    }
    const { position, shard } = await eventLog.append(sql, { kind: 'chat.MessageSent', key: conversationId, payload })
    return { conversationId, text, position, shard }
  }
  const hint = () => ports.bus.publish(APPENDED_CHANNEL, '').catch(() => 0)

  const send = async (
    conversationId: string,
    sender: Person,
    text: string,
    extras: MessageExtras = {},
  ): Promise<Sent> => {
    const sent = await database.transaction(async (sql) => {
      await eventLog.lock(sql, conversationId)
      return append(sql, conversationId, sender, text, extras)
    })
    await hint()
    return sent
  }

  /** Everything that reached the push queue, from the beginning of the world. */
  const pushes: PushDecision[] = []
  await ports.queue.declare(PUSH_QUEUE, PUSH_SHARDS)
  for (let shard = 0; shard < PUSH_SHARDS; shard++)
    use(
      await ports.queue.consume(PUSH_QUEUE, shard, { prefetch: 100 }, ({ body, ack }) => {
        pushes.push(JSON.parse(body) as PushDecision)
        ack()
      }),
    )

  const startProcess = async (changes: Partial<DeliveryDeps> = {}, options: DeliveryOptions = {}) => {
    const own = await openPorts()
    const deps = { ...own, database, eventLog, kinds, clock: systemClock, log: silentLog, finishWrites: async () => {} }
    const delivery = startDelivery(
      { ...deps, ...changes },
      { answerMs: 500, settleMs: 300, leaseTtlMs: 1_500, heartbeatMs: 50, ...options },
    )
    return use({
      async [Symbol.asyncDispose]() {
        await delivery[Symbol.asyncDispose]()
        await own[Symbol.asyncDispose]()
      },
    })
  }

  /**
   * A process that can die: from then on it reaches nothing and nobody, as after SIGKILL. With `afterCalls` it dies by
   * itself at that call to a service; at every second such number the service still does what was asked.
   */
  const startMortal = async (
    changes: Partial<DeliveryDeps> = {},
    options: DeliveryOptions & { afterCalls?: number } = {},
  ) => {
    const own = await openPorts()
    const life = makeLife(options.afterCalls ?? Infinity)
    const consumers = new Set<AsyncDisposable>()
    const process = await startProcess(
      {
        database: mortalDatabase(database, life),
        bus: mortalBus(own.bus, life),
        queue: mortalQueue(own.queue, life, consumers),
        ...changes,
      },
      { drainMs: 0, ...options },
    )
    const die = async () => {
      life.die()
      for (const consumer of consumers) await consumer[Symbol.asyncDispose]()
    }
    const dead = life.ended.then(die)
    use({
      async [Symbol.asyncDispose]() {
        await die()
        await dead
        await own[Symbol.asyncDispose]()
      },
    })
    return { ...process, die, dead }
  }

  return {
    database,
    settled: () => db.settled(),
    eventLog,
    ...ports,
    person,
    conversation,
    group,
    join,
    leave,
    append,
    send,
    hint,
    pushes,
    pushesTo: (person: Person) => pushes.filter(({ userId }) => userId === person.userId),
    startProcess,
    startMortal,
    startNode: async () => use(await startNode(database, eventLog, ports)),
    use,
    /** Where a reader has come to, as it stands in the database. */
    async savedPosition(name: string): Promise<Position> {
      const { rows } = await database.query<{ text: string }>(
        `select epoch || ':' || xid || ':' || id as text from delivery.positions where name = $1::text`,
        [name],
      )
      return parsePosition(rows[0]?.text ?? '') ?? ORIGIN
    },
    async [Symbol.asyncDispose]() {
      for (const value of opened.reverse()) await value[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}

interface Life {
  readonly dead: boolean
  readonly ended: Promise<void>
  die(): void
  /** Lets the call through, or not. */
  call<T>(work: () => Promise<T>): Promise<T>
}

function makeLife(afterCalls: number): Life {
  let calls = 0
  let dead = false
  let end = () => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  const die = () => {
    dead = true
    end()
  }
  return {
    get dead() {
      return dead
    },
    ended,
    die,
    async call(work) {
      calls += 1
      const last = calls === afterCalls
      if (!dead && last && afterCalls % 2 === 0) await work().finally(die)
      if (last) die()
      if (dead) throw new Error('This process is dead.')
      const result = await work()
      if (dead) throw new Error('This process is dead.')
      return result
    },
  }
}

function mortalDatabase(database: Database, life: Life): Database {
  return {
    ...database,
    query: (text, values) => life.call(() => database.query(text, values)),
    transaction: (work) => life.call(() => database.transaction(work)),
    async [Symbol.asyncDispose]() {},
  }
}

function mortalBus(bus: Bus, life: Life): Bus {
  return {
    ...bus,
    publish: (channel, text) => life.call(() => bus.publish(channel, text)),
    listen: (channel, onMessage) => bus.listen(channel, (text) => !life.dead && onMessage(text)),
  }
}

function mortalQueue(queue: Queue, life: Life, consumers: Set<AsyncDisposable>): Queue {
  return {
    ...queue,
    publish: (name, shard, body) => life.call(() => queue.publish(name, shard, body)),
    async consume(name, shard, options, onDelivery) {
      const consumer = await queue.consume(name, shard, options, (delivery) => {
        if (!life.dead) onDelivery({ ...delivery, ack: () => !life.dead && delivery.ack() })
      })
      consumers.add(consumer)
      return consumer
    },
  }
}

/** A process that hosts streams: feeds them, fills holes from the log, and answers as a real one does. */
async function startNode(database: Database, eventLog: EventLog, { bus, presence }: Ports) {
  const nodeId = v7()
  const streams = new Map<string, { readonly userId: string; readonly got: string[] }>()
  const positions = new Map<number, Position>()
  const start = await eventLog.head(database)
  const positionOf = (shard: number) => positions.get(shard) ?? start
  /** Ways in which a node misbehaves. */
  const faults = { deaf: false, mute: false, answersHeartbeats: true }
  /** While it is behind its streams move and do not get there: what it would answer waits here. */
  let behind: { consumer: string; message: ToConsumer & { type: 'reached' } }[] | null = null
  const heard: ToNode[] = []
  const holes: number[] = []

  const answer = (consumer: string, message: ToConsumer) =>
    faults.mute ? null : bus.publish(consumerChannel(consumer), JSON.stringify(message)).catch(() => 0)

  /** Streams show the texts of messages; other kinds pass through. */
  const feed = (event: { payload: unknown }, recipients: readonly string[]) => {
    const { text } = event.payload as { text?: string }
    if (text === undefined) return
    for (const { userId, got } of streams.values()) if (recipients.includes(userId)) got.push(text)
  }

  const fillHole = async (shard: number, upTo: Position) => {
    holes.push(shard)
    const page = await eventLog.readShard(database, shard, positionOf(shard), 10_000)
    const missed = page.events.filter(({ position }) => comparePositions(position, upTo) <= 0)
    const recipients = await kinds.recipients(database, missed)
    missed.forEach((event: LoggedEvent, at) => feed(event, recipients[at] ?? []))
    positions.set(shard, upTo)
  }

  const onEvent = async ({ consumer, shard, position: text, previous, recipients, event }: FeedEvent) => {
    const position = parsePosition(text) ?? ORIGIN
    if (comparePositions(position, positionOf(shard)) > 0) {
      const before = previous === null ? null : parsePosition(previous)
      if (!before || comparePositions(before, positionOf(shard)) > 0) await fillHole(shard, position)
      else feed(event, recipients)
      positions.set(shard, position)
    }
    const devices = [...streams]
      .filter(([, { userId }]) => recipients.includes(userId))
      .map(([deviceId, { userId }]) => ({ userId, deviceId }))
    const message = { type: 'reached', node: nodeId, shard, position: text, devices } as const
    if (behind) behind.push({ consumer, message })
    else await answer(consumer, message)
  }

  let last: Promise<unknown> = Promise.resolve()
  const ear = await bus.listen(nodeChannel(nodeId), (text) => {
    if (faults.deaf) return
    const message = JSON.parse(text) as ToNode
    heard.push(message)
    last = last.then(async () => {
      if (message.type === 'event') return onEvent(message)
      // As a version that knows no parts does: what it misses it finds in the log.
      if (message.type === 'part') return
      const lastSent = parsePosition(message.last ?? '')
      if (lastSent && comparePositions(lastSent, positionOf(message.shard)) > 0) await fillHole(message.shard, lastSent)
      const decided = parsePosition(message.position)
      if (decided) positions.set(message.shard, laterPosition(positionOf(message.shard), decided))
      if (faults.answersHeartbeats) await answer(message.consumer, { type: 'alive', node: nodeId })
    })
  })
  await presence.announce(nodeId)
  const announcing = setInterval(() => void presence.announce(nodeId).catch(() => {}), 2_000)

  const whereabouts = (person: Person, deviceId: string): Whereabouts => ({ userId: person.userId, deviceId, nodeId })
  const moving = setInterval(() => {
    const [first] = behind ?? []
    if (first) void answer(first.consumer, { type: 'moving', node: nodeId, devices: first.message.devices })
  }, 50)
  return {
    nodeId,
    faults,
    fallBehind: () => void (behind = []),
    async catchUp() {
      const late = behind ?? []
      behind = null
      for (const { consumer, message } of late) await answer(consumer, message)
    },
    heard,
    holes,
    /** Messages that came over the bus, with the device's user among the recipients or not. */
    events: () =>
      heard.filter(
        (message): message is FeedEvent => message.type === 'event' && message.event.kind === 'chat.MessageSent',
      ),
    /** Opens a stream of the person's device (the first), and gives what it gets. */
    async stream(person: Person, deviceId = person.devices[0]!): Promise<string[]> {
      const got: string[] = []
      streams.set(deviceId, { userId: person.userId, got })
      await presence.join([whereabouts(person, deviceId)])
      return got
    },
    /** The stream dies and presence does not know. */
    drop: (deviceId: string) => void streams.delete(deviceId),
    async [Symbol.asyncDispose]() {
      clearInterval(moving)
      clearInterval(announcing)
      await ear[Symbol.asyncDispose]()
      await last.catch(() => {})
      await presence.retire(nodeId).catch(() => {})
    },
  }
}
