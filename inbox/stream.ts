import { dominates, encodeCursor, maxVector, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { KnownEvent, Recipient } from '../platform/eventlog/kinds.ts'
import { InboxError } from './errors.ts'
import type { Moment } from './frontier.ts'

/** One step of a stream: an event, or (first, without `after`) where the stream begins. */
export interface InboxItem {
  readonly cursor: string
  readonly event: (KnownEvent & { readonly shard: number; readonly position: Position }) | null
}

/** An event as the node offers it to streams, with the node's frontier just after it. */
export interface Offer extends KnownEvent {
  readonly shard: number
  readonly position: Position
  readonly moment: Moment
}

/**
 * Live events that wait for one slow reader. Beyond it the stream ends with SLOW_CONSUMER, what waits is dropped, and the
 * client resumes from the last cursor that it took.
 */
export const MAX_READY = 1_000

/** Replayed events that wait for their reader: the replay reads on when there are fewer. */
const REPLAY_AHEAD = 100

/**
 * Live events that wait for one stream's replay. Beyond it they are dropped and the replay goes on to the log's new head,
 * where they are found again. With what the replay may leave waiting it stays below MAX_READY.
 */
const MAX_WAITING = 500

type Phase =
  | { readonly phase: 'replaying'; waiting: Offer[]; again: boolean }
  | { readonly phase: 'live' }
  | { readonly phase: 'closed'; readonly error: Error | null }

/**
 * One device's stream. Its watermark says, per shard, up to where it was given everything that concerns it (and nothing
 * above); a shard's events are offered in order, so whatever is at or below it is a repetition. Costs no timer.
 */
export interface Stream extends AsyncIterableIterator<InboxItem> {
  readonly viewer: Recipient
  readonly closed: boolean
  /** Called by the node, in order within a shard. */
  offer(offer: Offer): void
  /** The node's frontier fell: cursors are the stream's own until it has caught up again. */
  fellBack(): void
  /** Without `after`: opens at the head, live from there. */
  openAt(vector: Vector): void
  /** A replayed event. Resolves when there is room for the next; false when the stream is closed. */
  give(item: InboxItem): Promise<boolean>
  /**
   * The replay has come to `vector`. True when the stream is live now; false when live events were dropped meanwhile, so
   * that the replay has to go on to a head taken from now on.
   */
  goLive(vector: Vector): boolean
  /** Ends it: with the error, or quietly. Idempotent. */
  close(error: Error | null): void
  return(): Promise<IteratorResult<InboxItem>>
}

export function makeStream(viewer: Recipient, onClose: (stream: Stream) => void): Stream {
  let state: Phase = { phase: 'replaying', waiting: [], again: false }
  let watermark: Position[] = []
  /** Above the node's frontier in some shard: then the stream's cursors are its own. */
  let ahead = true
  const ready: InboxItem[] = []
  const takers: { resolve(result: IteratorResult<InboxItem>): void; reject(error: Error): void }[] = []
  let roomMade: (() => void) | null = null

  const isClosed = () => state.phase === 'closed'

  const push = (item: InboxItem) => {
    const taker = takers.shift()
    if (taker) taker.resolve({ done: false, value: item })
    else ready.push(item)
  }

  const deliver = ({ shard, position, kind, payload, moment }: Offer) => {
    const mark = watermark[shard]
    if (mark && comparePositions(position, mark) <= 0) return
    if (ready.length >= MAX_READY) {
      stream.close(
        new InboxError('SLOW_CONSUMER', 'Events came faster than they were taken: resume from the last cursor.'),
      )
      return
    }
    watermark[shard] = position
    ahead &&= !dominates(moment.vector, watermark)
    const cursor = ahead ? encodeCursor(maxVector(moment.vector, watermark)) : moment.cursor()
    push({ cursor, event: { shard, position, kind, payload } })
  }

  const stream: Stream = {
    viewer,

    get closed() {
      return isClosed()
    },

    offer(offer) {
      if (state.phase === 'live') return deliver(offer)
      if (state.phase === 'closed' || state.again) return
      if (state.waiting.length < MAX_WAITING) state.waiting.push(offer)
      else state = { phase: 'replaying', waiting: [], again: true }
    },

    fellBack() {
      ahead = true
      if (state.phase === 'replaying') state = { phase: 'replaying', waiting: [], again: true }
    },

    openAt(vector) {
      push({ cursor: encodeCursor(vector), event: null })
    },

    async give(item) {
      if (state.phase === 'closed') return false
      push(item)
      while (ready.length >= REPLAY_AHEAD && !isClosed()) {
        await new Promise<void>((resolve) => {
          roomMade = resolve
        })
      }
      return !isClosed()
    },

    goLive(vector) {
      if (state.phase !== 'replaying') return true
      watermark = [...vector]
      const { waiting, again } = state
      if (again) {
        state = { phase: 'replaying', waiting: [], again: false }
        return false
      }
      state = { phase: 'live' }
      for (const offer of waiting) deliver(offer)
      return true
    },

    close(error) {
      if (state.phase === 'closed') return
      state = { phase: 'closed', error }
      ready.length = 0
      roomMade?.()
      for (const taker of takers.splice(0)) {
        if (error) taker.reject(error)
        else taker.resolve({ done: true, value: undefined })
      }
      onClose(stream)
    },

    next() {
      const item = ready.shift()
      if (item) {
        if (ready.length < REPLAY_AHEAD) roomMade?.()
        return Promise.resolve({ done: false, value: item })
      }
      if (state.phase === 'closed') {
        const { error } = state
        state = { phase: 'closed', error: null } // told once
        return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined })
      }
      return new Promise((resolve, reject) => {
        takers.push({ resolve, reject })
      })
    },

    return() {
      stream.close(null)
      return Promise.resolve({ done: true, value: undefined })
    },

    [Symbol.asyncIterator]: () => stream,
  }

  return stream
}
