import type { Bus } from '../platform/bus/bus.ts'
import { decodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import { consumerChannel, type FeedMoving, type FeedReached } from './protocol.ts'
import { comparePositions, formatPosition, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Stream } from './stream.ts'

/** How long answers are gathered, so that one message to a consumer names many devices. */
const GATHER_MS = 5

/** How often consumers hear of one stream that it moves and is not there yet; they wait for seconds. */
const MOVING_MS = 100

/** Questions about one stream that are open. Beyond it the oldest is dropped: its device gets a push as well. */
const MAX_ASKED = 1_000

/** Devices of one message, so that it stays far below the bus's limit. */
const MAX_DEVICES = 1_000

/** Cursors of which the vector is remembered: streams of a node report the same ones. */
const MAX_DECODED = 256

interface Question {
  readonly consumer: string
  readonly shard: number
  readonly position: Position
}

interface Reader {
  /** What the stream never gives, since it opened above it; null with `after`. */
  floor: Vector | null
  /** Everything at or below it was surely given. */
  confirmed: Vector | null
  latest: string | null
  asked: Question[]
  /** When consumers were last told that it moves, by `performance.now()`. */
  toldAt: number
}

/** Tells the consumers of the log whom their events reached: a frame written to a live socket, as the gateway reports. */
export interface Reached extends Disposable {
  /** From now on the stream can be asked about. */
  add(stream: Stream): void
  /** The stream opened, above `floor`, or resumes from a cursor whose events it had. */
  opened(stream: Stream, at: { readonly floor: Vector } | { readonly confirmed: Vector }): void
  /** Cheap: it is looked at with the next answers. */
  progressed(stream: Stream, cursor: string): void
  /** A consumer waits to hear whether the event reached the stream's device. */
  ask(stream: Stream, question: Question): void
  remove(stream: Stream): void
}

export function makeReached(deps: { bus: Bus; nodeId: string; shards: number; log: Log }): Reached {
  const { bus, nodeId, shards, log } = deps
  const readers = new Map<Stream, Reader>()
  const moved = new Set<Stream>()
  const answers = new Map<string, { consumer: string; answer: FeedReached; devices: Map<string, Stream> }>()
  /** By consumer, the streams that move and are not where it asked yet. */
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

  const answer = (stream: Stream, { consumer, shard, position }: Question) => {
    const text = formatPosition(position)
    const key = `${consumer} ${shard} ${text}`
    let entry = answers.get(key)
    if (!entry) {
      const reached: FeedReached = { type: 'reached', node: nodeId, shard, position: text, devices: [] }
      entry = { consumer, answer: reached, devices: new Map() }
      answers.set(key, entry)
    }
    entry.devices.set(`${stream.viewer.userId} ${stream.viewer.deviceId}`, stream)
    soon()
  }

  const settle = (stream: Stream) => {
    const reader = readers.get(stream)
    if (!reader) return
    const hasMoved = reader.latest !== null
    if (reader.latest !== null) reader.confirmed = vectorOf(reader.latest) ?? reader.confirmed
    reader.latest = null
    reader.asked = reader.asked.filter((question) => {
      if (has(reader.floor, question)) return false
      if (!has(reader.confirmed, question)) return true
      answer(stream, question)
      return false
    })
    if (hasMoved && reader.asked.length > 0) tellMoving(stream, reader)
  }

  const tellMoving = (stream: Stream, reader: Reader) => {
    const now = performance.now()
    if (now - reader.toldAt < MOVING_MS) return
    reader.toldAt = now
    for (const { consumer } of reader.asked) {
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
        log.debug('A consumer was not told whom an event reached: it pushes', { error })
      })
    }
  }

  const flush = () => {
    timer = null
    for (const stream of moved) settle(stream)
    moved.clear()
    for (const { consumer, answer, devices } of answers.values()) {
      publish(consumer, { ...answer, devices: [...devices.values()].map(deviceOf) })
    }
    answers.clear()
    for (const [consumer, streams] of moving) {
      publish(consumer, { type: 'moving', node: nodeId, devices: [...streams].map(deviceOf) })
    }
    moving.clear()
    if (timer) clearTimeout(timer) // settling set it for what has just been sent
    timer = null
  }

  return {
    add(stream) {
      readers.set(stream, { floor: null, confirmed: null, latest: null, asked: [], toldAt: -Infinity })
    },
    opened(stream, at) {
      const reader = readers.get(stream)
      if (!reader) return
      if ('floor' in at) reader.floor = at.floor
      else reader.confirmed = at.confirmed
      settle(stream)
    },
    progressed(stream, cursor) {
      const reader = readers.get(stream)
      if (!reader) return
      reader.latest = cursor
      moved.add(stream)
      soon()
    },
    ask(stream, question) {
      const reader = readers.get(stream)
      if (!reader || has(reader.floor, question)) return
      if (has(reader.confirmed, question)) return answer(stream, question)
      if (reader.asked.length >= MAX_ASKED) reader.asked.shift()
      reader.asked.push(question)
    },
    remove(stream) {
      // What it reported last still counts.
      settle(stream)
      readers.delete(stream)
      moved.delete(stream)
      for (const streams of moving.values()) streams.delete(stream)
    },
    [Symbol.dispose]() {
      flush()
      readers.clear()
    },
  }
}

const deviceOf = ({ viewer: { userId, deviceId } }: Stream) => ({ userId, deviceId })
