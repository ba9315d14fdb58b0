import { v7 } from 'uuid'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock/clock.ts'
import { decodeCursor, encodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Kinds, ViewerDevice } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Presence } from '../platform/presence/presence.ts'
import type { Database } from '../platform/sql/sql.ts'
import { noAttendance, type Attendance, type AttendedNode } from './attendance.ts'
import { InboxError } from './errors.ts'
import { makeFrontier } from './frontier.ts'
import { startKeeper } from './keeper.ts'
import { makeLane } from './lane.ts'
import { makeOwnReads } from './own-reads.ts'
import { makePages, type InboxPage } from './pages.ts'
import { makeParts } from './parts.ts'
import { passEvent, type PassingEvent } from './passing.ts'
import {
  consumerChannel,
  nodeChannel,
  parseFeed,
  parsePassing,
  type FeedAlive,
  type PassingMessage,
} from './protocol.ts'
import { makeReached } from './reached.ts'
import { makeRegistration } from './registration.ts'
import { makeReplay } from './replay.ts'
import { shareNext } from './share.ts'
import { cursorTooOld, makeSharedReads } from './shared-reads.ts'
import { makeStream, type Stream } from './stream.ts'
import { makeStreams } from './streams.ts'

/**
 * Maximum streams of one user on one node: far more than anybody has devices. It stops a client that opens streams in
 * a loop.
 */
export const MAX_STREAMS_PER_USER = 100

/** Maximum streams of one node; other nodes must take the rest. */
const MAX_STREAMS = 100_000

export interface InboxNodeDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly kinds: Kinds
  readonly bus: Bus
  readonly presence: Presence
  readonly clock: Clock
  readonly log: Log
  /** Unique among all processes, present and future. */
  readonly nodeId: string
  /** Keeps account of the users who have streams here. */
  readonly attend?: (node: AttendedNode) => Attendance
}

export interface OpenStream {
  readonly viewer: ViewerDevice
  /** The cursor to resume from; null opens at the log's head. */
  readonly after: string | null
  /** `listener` gets a cursor when everything up to it has certainly reached the device. */
  readonly onProgress?: (listener: (cursor: string) => void) => void
  readonly signal?: AbortSignal
}

export interface AskPage {
  readonly viewer: ViewerDevice
  /** The cursor to continue from; null for the cursor of now, without events. */
  readonly after: string | null
  /** Maximum events. */
  readonly limit: number
  readonly signal?: AbortSignal
}

/** Hosts the streams of the users of its process; there is one per process. */
export interface InboxNode extends AsyncDisposable {
  /**
   * Rejects with CURSOR_MALFORMED or CURSOR_TOO_OLD, or with RATE_LIMITED or UNAVAILABLE at a limit. A stream that the
   * node ends throws SLOW_CONSUMER, CURSOR_TOO_OLD or UNAVAILABLE.
   */
  openStream(request: OpenStream): Promise<Stream>
  /**
   * Reads a page of what a stream with the same cursor would bring. It is for clients without a socket. Rejects with
   * CURSOR_MALFORMED or CURSOR_TOO_OLD, or with RATE_LIMITED or UNAVAILABLE at a limit.
   */
  readPage(request: AskPage): Promise<InboxPage>
  readonly streams: number
  /**
   * Tells users who have a stream now, on any node, of an event that is not in the log. Rejects while presence or the bus
   * is down.
   */
  pass(event: PassingEvent, userIds: readonly string[]): Promise<void>
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
  const reads = { readFor: makeSharedReads(deps), openOwn: makeOwnReads(deps) }
  const replay = makeReplay({ reads, head: headNow })
  const readPage = makePages(reads)
  const frontier = makeFrontier(everywhere(await headNow()))
  const onHole = () => void keeper.refresh()
  const lanes = Array.from({ length: shards }, (_, shard) =>
    makeLane(shard, { ...deps, streams, frontier, reached, log, signal: closing.signal, onHole }),
  )
  const attendance =
    deps.attend?.({
      nodeId,
      isHere: (userId) => streams.countOf(userId) > 0,
      userIds: () => streams.userIds(),
    }) ?? noAttendance
  const joinParts = makeParts()
  const keeper = await startKeeper({ ...deps, log, lanes, frontier, streams, registration, attendance }).catch(
    async (error: unknown) => {
      await attendance[Symbol.asyncDispose]()
      throw error
    },
  )

  function everywhere(position: Position): Vector {
    return Array<Position>(shards).fill(position)
  }

  /**
   * Its cursor is the frontier. While the node may have missed events, the frontier may be above them, so that nothing
   * may pass until they were read.
   */
  const letPass = ({ id, recipients, ...event }: PassingMessage) => {
    const known = keeper.isSure && deps.kinds.read(event)
    if (!known) return
    const moment = frontier.moment()
    const item = { cursor: moment.cursor(), event: { ...known, passing: id } }
    for (const userId of recipients) {
      for (const stream of streams.of(userId)) {
        if (!known.kind.isFrom?.(known.payload, stream.viewer)) stream.pass(moment, item)
      }
    }
  }

  const onFeed = (text: string) => {
    const passing = parsePassing(text)
    if (passing) return letPass(passing)
    const message = parseFeed(text, shards)
    if (!message) return log.warn('The node received a message that is no feed message.')
    const complete = joinParts(message)
    if (complete) lanes[message.shard]?.receive(complete)
    if (message.type === 'heartbeat') {
      const alive: FeedAlive = { type: 'alive', node: nodeId }
      bus.publish(consumerChannel(message.consumer), JSON.stringify(alive)).catch((error: unknown) => {
        log.debug('A heartbeat could not be answered.', { error })
      })
    }
  }
  const listener = await bus.listen(nodeChannel(nodeId), onFeed).catch(async (error: unknown) => {
    await keeper[Symbol.asyncDispose]()
    await attendance[Symbol.asyncDispose]()
    throw error
  })
  const gaps = bus.onGap(() => {
    log.info('The bus was down: reading the log from the last position.')
    void keeper.refresh()
  })

  const parseAfter = (after: unknown): Vector => {
    const vector = typeof after === 'string' ? decodeCursor(after, shards) : null
    if (!vector) throw malformed()
    return vector
  }

  /** Throws if the log of this server does not reach from the cursor to the head. */
  const checkReach = async (after: Vector, head: Position): Promise<void> => {
    if (after.some((position) => comparePositions(position, head) > 0)) throw malformed()
    const start = await startNow()
    if (after.some((position) => comparePositions(position, start) < 0)) throw cursorTooOld()
  }

  const runReplay = async (stream: Stream, from: Vector, head: Position) => {
    try {
      await replay(stream, from, head)
    } catch (error) {
      if (!(error instanceof InboxError)) log.warn('A replay failed: its client resumes.', { error })
      stream.close(
        error instanceof InboxError
          ? error
          : new InboxError('UNAVAILABLE', 'The log cannot be read at the moment: resume from the last cursor.'),
      )
    }
  }

  /**
   * Registers in presence first, then reads the head: events decided before the registration are below the head, and
   * later ones are sent here.
   */
  const begin = async (stream: Stream, after: Vector | null) => {
    await keeper.register(stream.viewer)
    const head = await headNow()
    if (!after) {
      const floor = everywhere(head)
      reached.opened(stream, { floor })
      stream.openAt(floor)
      if (!stream.goLive(floor)) void runReplay(stream, floor, await headNow())
      return
    }
    await checkReach(after, head)
    reached.opened(stream, { confirmed: after })
    void runReplay(stream, after, head)
  }

  const openStream = async ({ viewer, after, onProgress, signal }: OpenStream): Promise<Stream> => {
    const from = after === null ? null : parseAfter(after)
    if (closing.signal.aborted || streams.size >= MAX_STREAMS) throw refusesStreams()
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
    for (const stream of [...streams]) stream.close(refusesStreams())
    gaps[Symbol.dispose]()
    await listener[Symbol.asyncDispose]()
    reached[Symbol.dispose]()
    await keeper[Symbol.asyncDispose]()
    await attendance[Symbol.asyncDispose]()
  }

  return {
    openStream,
    async readPage({ after, ...asked }) {
      const from = after === null ? null : parseAfter(after)
      const head = await headNow()
      if (!from) return { items: [], cursor: encodeCursor(everywhere(head)), hasMore: false }
      await checkReach(from, head)
      return readPage({ ...asked, from, head })
    },
    get streams() {
      return streams.size
    },
    pass: (event, userIds) => passEvent(deps, v7(), event, userIds),
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  }
}

const malformed = () =>
  new InboxError('CURSOR_MALFORMED', 'The cursor was not made by this server: use a cursor from the inbox, unchanged.')

const refusesStreams = () => new InboxError('UNAVAILABLE', 'This node takes no streams: resume from the last cursor.')
