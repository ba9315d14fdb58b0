import type { Bus } from '../../platform/bus/bus.ts'
import type { EventLog, LoggedEvent } from '../../platform/eventlog/eventlog.ts'
import { consumerChannel, nodeChannel, type FeedReached, type ToConsumer, type ToNode } from '../../inbox/protocol.ts'
import { comparePositions, formatPosition, ORIGIN, type Position } from '../../platform/eventlog/position.ts'
import type { Presence } from '../../platform/presence/index.ts'
import { kinds } from '../../roles/event-kinds.ts'
import type { Database } from '../../platform/sql/sql.ts'

interface Deps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly bus: Bus
  readonly presence: Presence
}

export type Feeder = Awaited<ReturnType<typeof openFeeder>>

/**
 * The other side of an inbox node: decides the events of the log by presence and sends them as the delivery consumer does,
 * when the test says so. `fate` is what the bus does to each message; the default brings it.
 */
export async function openFeeder({ database, eventLog, bus, presence }: Deps, name = 'feeder') {
  const decided = Array<Position>(eventLog.shards).fill(await eventLog.head(database))
  const sent = new Map<string, Position>()
  const reached: FeedReached[] = []
  const moving: string[] = []
  let alive = 0
  let publishing: Promise<unknown> = Promise.resolve()
  const listener = await bus.listen(consumerChannel(name), (text) => {
    const answer = JSON.parse(text) as ToConsumer
    if (answer.type === 'reached') reached.push(answer)
    else if (answer.type === 'alive') alive++
    else for (const { userId, deviceId } of answer.devices) moving.push(`${userId} ${deviceId}`)
  })

  const wasDecided = ({ shard, position }: LoggedEvent) => comparePositions(position, decided[shard] ?? ORIGIN) <= 0

  /** What a node must have had: one that is met for the first time, everything that was decided before. */
  const lastOf = (nodeId: string, shard: number): Position => {
    const last = sent.get(`${nodeId} ${shard}`) ?? decided[shard] ?? ORIGIN
    sent.set(`${nodeId} ${shard}`, last)
    return last
  }

  const tell = (nodeId: string, message: ToNode, fate: () => number) => {
    for (let times = fate(); times > 0; times--) {
      publishing = publishing.then(() => bus.publish(nodeChannel(nodeId), JSON.stringify(message)))
    }
  }

  const decide = async (logged: LoggedEvent, fate: () => number) => {
    const { position, shard, kind, key, at, payload } = logged
    const recipients = await kinds.recipients(database, [logged])
    const byNode = new Map<string, Set<string>>()
    for (const { nodeId, userId } of await presence.find(recipients[0] ?? [])) {
      byNode.set(nodeId, (byNode.get(nodeId) ?? new Set()).add(userId))
    }
    for (const [nodeId, users] of byNode) {
      const last = lastOf(nodeId, shard)
      if (comparePositions(position, last) > 0) sent.set(`${nodeId} ${shard}`, position)
      const event = { kind, key, at: at.toISOString(), payload }
      const previous = formatPosition(last)
      const head = { type: 'event', consumer: name, shard, position: formatPosition(position), previous } as const
      tell(nodeId, { ...head, recipients: [...users], event }, fate)
    }
  }

  return {
    reached,
    /** Of whom it heard that they catch up, as `user device`. */
    moving,
    get alive() {
      return alive
    },
    /** Who was reached by the event at this position, as `user device`. */
    reachedAt: (position: Position) =>
      reached
        .filter((answer) => answer.position === formatPosition(position))
        .flatMap((answer) => answer.devices.map(({ userId, deviceId }) => `${userId} ${deviceId}`)),
    /** Decides whatever the log shows by now. */
    async pump(fate: () => number = () => 1) {
      for (const [shard, after] of decided.entries()) {
        const page = await eventLog.readShard(database, shard, after, 1_000)
        for (const event of page.events) {
          await decide(event, fate)
          decided[shard] = event.position
        }
      }
      await publishing
    },
    /** Whether it, and so everything before it on its shard, was decided; also by whoever was here before the feeder. */
    wasDecided,
    /**
     * Sends an event again, as a consumer does that was restarted. Never one that was not decided yet: a shard's consumer
     * goes in order, and its feed would say that nothing stands between this event and the last one that it sent.
     */
    async again(event: LoggedEvent) {
      if (!wasDecided(event)) throw new Error(`Not decided yet: ${formatPosition(event.position)} cannot come again.`)
      await decide(event, () => 1)
      await publishing
    },
    async heartbeat(fate: () => number = () => 1) {
      for (const nodeId of await presence.nodes()) {
        for (const [shard, position] of decided.entries()) {
          const text = { position: formatPosition(position), last: formatPosition(lastOf(nodeId, shard)) }
          tell(nodeId, { type: 'heartbeat', consumer: name, shard, ...text }, fate)
        }
      }
      await publishing
    },
    /** The process dies and another one takes over where this one was: it has sent nothing yet. */
    successor() {
      sent.clear()
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}

/** Who takes part in the conversation `key` as of each position, by the function that everybody asks. */
export async function recipientsOf(
  database: Database,
  events: readonly { readonly key: string; readonly position: Position }[],
): Promise<string[][]> {
  const { rows } = await database.query<{ ord: number; user_id: string }>(
    'select ord, user_id from chat.recipients($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[])',
    [
      events.map((event) => event.key),
      events.map((event) => event.position.epoch),
      events.map((event) => event.position.xid.toString()),
      events.map((event) => event.position.id.toString()),
    ],
  )
  return events.map((_, index) => rows.filter((row) => row.ord === index + 1).map((row) => row.user_id))
}

/** Every message's event in the log, in order, also those above the horizon. */
export async function allMessages(database: Database): Promise<LoggedEvent[]> {
  const { rows } = await database.query<Omit<LoggedEvent, 'position'> & { epoch: number; xid: string; id: string }>(
    `select epoch, xid, id, shard, kind, key, at, payload from events.log
     where kind = 'chat.MessageSent' order by epoch, xid, id`,
  )
  return rows.map(({ epoch, xid, id, ...event }) => ({
    ...event,
    position: { epoch, xid: BigInt(xid), id: BigInt(id) },
  }))
}

export const isAbove = (position: Position, other: Position = ORIGIN) => comparePositions(position, other) > 0
