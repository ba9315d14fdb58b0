import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock/clock.ts'
import { decodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Kinds, Recipient } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Presence } from '../platform/presence/presence.ts'
import type { Database } from '../platform/sql/sql.ts'
import { InboxError } from './errors.ts'
import { makeFrontier } from './frontier.ts'
import { startKeeper } from './keeper.ts'
import { makeLane } from './lane.ts'
import { consumerChannel, nodeChannel, parseFeed, type FeedAlive } from './protocol.ts'
import { makeReached } from './reached.ts'
import { makeRegistration } from './registration.ts'
import { makeReplay } from './replay.ts'
import { shareNext } from './share.ts'
import { cursorTooOld, makeSharedReads } from './shared-reads.ts'
import { makeStream, type Stream } from './stream.ts'
import { makeStreams } from './streams.ts'

/** Streams of one user on one node: far above anybody's devices; it stops a loop that opens and never closes. */
export const MAX_STREAMS_PER_USER = 100

/** Streams of one node; beyond it others must take them. */
const MAX_STREAMS = 100_000

export interface InboxNodeDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly kinds: Kinds
  readonly bus: Bus
  readonly presence: Presence
  readonly clock: Clock
  readonly log: Log
  /** Unique among all processes, now and later. */
  readonly nodeId: string
}

export interface OpenStream {
  readonly viewer: Recipient
  /** The cursor to resume from; null opens at the log's head. */
  readonly after: string | null
  /** Hears a cursor whenever what was given up to it has surely reached the device. */
  readonly onProgress?: (listener: (cursor: string) => void) => void
  readonly signal?: AbortSignal
}

/** Hosts the streams of its process's users: one per process. */
export interface InboxNode extends AsyncDisposable {
  /**
   * Rejects with CURSOR_MALFORMED or CURSOR_TOO_OLD, and with RATE_LIMITED or UNAVAILABLE at a limit. The stream throws
   * SLOW_CONSUMER, CURSOR_TOO_OLD or UNAVAILABLE when it ends by itself.
   */
  openStream(request: OpenStream): Promise<Stream>
  readonly streams: number
}

export async function startInboxNode(deps: InboxNodeDeps): Promise<InboxNode> {
  const { database, eventLog, bus, nodeId } = deps
  const { shards } = eventLog
  const log = deps.log.with({ nodeId })
  const closing = new AbortController()
  const streams = makeStreams()
  const registration = makeRegistration(deps.presence, nodeId, (userId, deviceId) => streams.isHere(userId, deviceId))
  const reached = makeReached({ bus, nodeId, shards, log })
  const headNow = shareNext(() => eventLog.head(database))
  const startNow = shareNext(() => eventLog.start(database))
  const replay = makeReplay({ readFor: makeSharedReads(deps), head: headNow })
  const frontier = makeFrontier(everywhere(await headNow()))
  const onHole = () => void keeper.refresh()
  const lanes = Array.from({ length: shards }, (_, shard) =>
    makeLane(shard, { ...deps, streams, frontier, reached, log, signal: closing.signal, onHole }),
  )
  const keeper = await startKeeper({ ...deps, log, lanes, frontier, streams, registration })

  function everywhere(position: Position): Vector {
    return Array<Position>(shards).fill(position)
  }

  const onFeed = (text: string) => {
    const message = parseFeed(text, shards)
    if (!message) return log.warn('The node was sent what is no feed message')
    lanes[message.shard]?.receive(message)
    if (message.type === 'heartbeat') {
      const alive: FeedAlive = { type: 'alive', node: nodeId }
      bus.publish(consumerChannel(message.consumer), JSON.stringify(alive)).catch((error: unknown) => {
        log.debug('A heartbeat was not answered', { error })
      })
    }
  }
  const listener = await bus.listen(nodeChannel(nodeId), onFeed).catch(async (error: unknown) => {
    await keeper[Symbol.asyncDispose]()
    throw error
  })
  const gaps = bus.onGap(() => {
    log.info('The bus was away: reading on from the log')
    void keeper.refresh()
  })

  const parseAfter = (after: unknown): Vector => {
    const vector = typeof after === 'string' ? decodeCursor(after, shards) : null
    if (!vector) throw malformed()
    return vector
  }

  const run = async (stream: Stream, from: Vector, head: Position) => {
    try {
      await replay(stream, from, head)
    } catch (error) {
      if (!(error instanceof InboxError)) log.warn('A replay failed: its client resumes', { error })
      stream.close(
        error instanceof InboxError
          ? error
          : new InboxError('UNAVAILABLE', 'The log cannot be read for the moment: resume from the last cursor.'),
      )
    }
  }

  /** Presence first, then the head: what was decided before the one is below the other, what comes later is sent here. */
  const begin = async (stream: Stream, after: Vector | null) => {
    await keeper.register(stream.viewer)
    const head = await headNow()
    if (!after) {
      const floor = everywhere(head)
      reached.opened(stream, { floor })
      stream.openAt(floor)
      if (!stream.goLive(floor)) void run(stream, floor, await headNow())
      return
    }
    if (after.some((position) => comparePositions(position, head) > 0)) throw malformed()
    const start = await startNow()
    if (after.some((position) => comparePositions(position, start) < 0)) throw cursorTooOld()
    reached.opened(stream, { confirmed: after })
    void run(stream, after, head)
  }

  const openStream = async ({ viewer, after, onProgress, signal }: OpenStream): Promise<Stream> => {
    const from = after === null ? null : parseAfter(after)
    if (closing.signal.aborted || streams.size >= MAX_STREAMS) throw away()
    if (streams.countOf(viewer.userId) >= MAX_STREAMS_PER_USER) {
      throw new InboxError('RATE_LIMITED', `You have ${MAX_STREAMS_PER_USER} streams open: close some.`)
    }
    const leave = () => stream.close(null)
    const stream = makeStream(viewer, () => {
      signal?.removeEventListener('abort', leave)
      streams.delete(stream)
      reached.remove(stream)
      keeper.unregister(viewer)
    })
    streams.add(stream)
    reached.add(stream)
    signal?.addEventListener('abort', leave, { once: true })
    if (signal?.aborted) leave()
    try {
      await begin(stream, from)
    } catch (error) {
      stream.close(null)
      throw error
    }
    onProgress?.((cursor) => reached.progressed(stream, cursor))
    return stream
  }

  let disposed: Promise<void> | undefined
  const dispose = async () => {
    closing.abort()
    for (const stream of [...streams]) stream.close(away())
    gaps[Symbol.dispose]()
    await listener[Symbol.asyncDispose]()
    reached[Symbol.dispose]()
    await keeper[Symbol.asyncDispose]()
  }

  return {
    openStream,
    get streams() {
      return streams.size
    },
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  }
}

const malformed = () =>
  new InboxError('CURSOR_MALFORMED', 'The cursor was not made by this server: use one that the inbox gave, unchanged.')

const away = () => new InboxError('UNAVAILABLE', 'This node takes no streams: resume from the last cursor.')
