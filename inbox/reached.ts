import type { Bus } from '../platform/bus/bus.ts'
import { decodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import { consumerChannel, type FeedMoving, type FeedReached } from './protocol.ts'
import { comparePositions, formatPosition, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Stream } from './stream.ts'

/** How long answers are gathered, so that one message to a consumer names many devices. */
const GATHER_MS = 5

/** Minimum interval between two reports that a stream makes progress; consumers wait for seconds. */
const MOVING_MS = 100

/** Maximum open questions about one stream. Beyond it the oldest is dropped: its device also gets a push. */
const MAX_QUESTIONS = 1_000

/** Maximum devices in one message, so that it stays far below the bus's limit. */
const MAX_DEVICES = 1_000

/** Maximum cursors whose vectors are cached: the streams of a node report the same cursors. */
const MAX_DECODED = 256

/** A consumer wants to know which devices an event reached. One object for all streams that it is asked about. */
interface Question {
  readonly consumer: string
  readonly shard: number
  readonly position: Position
  /** The streams that were reached and are not reported yet. */
  readonly reached: Stream[]
}

interface Progress {
  /** The stream opened above it and gets nothing at or below it; null if the stream resumed. */
  floor: Vector | null
  /** Everything at or below it has certainly reached the device. */
  confirmed: Vector | null
  latest: string | null
  questions: Question[]
  /** When consumers were last told that the stream makes progress, by `performance.now()`. */
  reportedAt: number
}

/**
 * Tells consumers which devices their events reached, as the gateway reports it: the event was written to a live
 * socket.
 */
export interface Reached extends Disposable {
  /** From now on consumers may ask about the stream. */
  add(stream: Stream): void
  /** The stream opened above `floor`, or resumes from a cursor whose events its device has. */
  opened(stream: Stream, at: { readonly floor: Vector } | { readonly confirmed: Vector }): void
  /** Cheap: the cursor is only decoded for the next answers. */
  progressed(stream: Stream, cursor: string): void
  /** A consumer wants to know which devices the event reached: call the returned function with each of their streams. */
  ask(question: Omit<Question, 'reached'>): (stream: Stream) => void
  remove(stream: Stream): void
}

export function makeReached(deps: { bus: Bus; nodeId: string; shards: number; log: Log }): Reached {
  const { bus, nodeId, shards, log } = deps
  const progressOf = new Map<Stream, Progress>()
  const moved = new Set<Stream>()
  /** The questions with streams to report. */
  const answers = new Set<Question>()
  /** For each consumer, the streams that make progress but have not reached its events yet. */
  const moving = new Map<string, Set<Stream>>()
  const decoded = new Map<string, Vector | null>()
  let timer: NodeJS.Timeout | null = null

  const soon = () => {
    timer ??= setTimeout(flush, GATHER_MS)
  }

  const vectorOf = (cursor: string): Vector | null => {
    const known = decoded.get(cursor)
    if (known !== undefined) return known
    const vector = decodeCursor(cursor, shards)
    if (decoded.size >= MAX_DECODED) decoded.clear()
    decoded.set(cursor, vector)
    return vector
  }

  const has = (vector: Vector | null, { shard, position }: Question) => {
    const at = vector?.[shard]
    return at !== undefined && comparePositions(position, at) <= 0
  }

  const answer = (stream: Stream, question: Question) => {
    if (question.reached.push(stream) > 1) return
    answers.add(question)
    soon()
  }

  const settle = (stream: Stream) => {
    const progress = progressOf.get(stream)
    if (!progress) return
    const hasMoved = progress.latest !== null
    if (progress.latest !== null) progress.confirmed = vectorOf(progress.latest) ?? progress.confirmed
    progress.latest = null
    if (progress.questions.length === 0) return
    progress.questions = progress.questions.filter((question) => {
      if (has(progress.floor, question)) return false
      if (!has(progress.confirmed, question)) return true
      answer(stream, question)
      return false
    })
    if (hasMoved && progress.questions.length > 0) reportMoving(stream, progress)
  }

  const reportMoving = (stream: Stream, progress: Progress) => {
    const now = performance.now()
    if (now - progress.reportedAt < MOVING_MS) return
    progress.reportedAt = now
    for (const { consumer } of progress.questions) {
      const streams = moving.get(consumer) ?? new Set()
      moving.set(consumer, streams.add(stream))
    }
    soon()
  }

  const publish = (consumer: string, message: FeedReached | FeedMoving) => {
    const { devices } = message
    for (let at = 0; at < devices.length; at += MAX_DEVICES) {
      const text = JSON.stringify({ ...message, devices: devices.slice(at, at + MAX_DEVICES) })
      bus.publish(consumerChannel(consumer), text).catch((error: unknown) => {
        log.debug('A consumer could not be told which devices an event reached: it sends pushes.', { error })
      })
    }
  }

  const flush = () => {
    timer = null
    for (const stream of moved) settle(stream)
    moved.clear()
    for (const { consumer, shard, position, reached } of answers) {
      const devices = reached.splice(0).map(deviceOf)
      publish(consumer, { type: 'reached', node: nodeId, shard, position: formatPosition(position), devices })
    }
    answers.clear()
    for (const [consumer, streams] of moving) {
      publish(consumer, { type: 'moving', node: nodeId, devices: [...streams].map(deviceOf) })
    }
    moving.clear()
    if (timer) clearTimeout(timer)
    timer = null
  }

  return {
    add(stream) {
      progressOf.set(stream, { floor: null, confirmed: null, latest: null, questions: [], reportedAt: -Infinity })
    },
    opened(stream, at) {
      const progress = progressOf.get(stream)
      if (!progress) return
      if ('floor' in at) progress.floor = at.floor
      else progress.confirmed = at.confirmed
      settle(stream)
    },
    progressed(stream, cursor) {
      const progress = progressOf.get(stream)
      if (!progress) return
      progress.latest = cursor
      moved.add(stream)
      soon()
    },
    ask(asked) {
      const question = { ...asked, reached: [] }
      return (stream) => {
        const progress = progressOf.get(stream)
        if (!progress || has(progress.floor, question)) return
        if (has(progress.confirmed, question)) return answer(stream, question)
        if (progress.questions.length >= MAX_QUESTIONS) progress.questions.shift()
        progress.questions.push(question)
      }
    },
    remove(stream) {
      // The last reported cursor still counts.
      settle(stream)
      progressOf.delete(stream)
      moved.delete(stream)
      for (const streams of moving.values()) streams.delete(stream)
    },
    [Symbol.dispose]() {
      flush()
      progressOf.clear()
    },
  }
}

const deviceOf = ({ viewer: { userId, deviceId } }: Stream) => ({ userId, deviceId })
