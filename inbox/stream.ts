import { dominates, encodeCursor, maxVector, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { KnownEvent, ViewerDevice } from '../platform/eventlog/kinds.ts'
import { InboxError } from './errors.ts'
import type { Moment } from './frontier.ts'

/** One item of a stream: an event, or the stream's start, which comes first if it was opened without a cursor. */
export interface InboxItem {
  readonly cursor: string
  readonly event: (KnownEvent & Origin) | null
}

/** An event of the log has a position. One that passes by has only a unique name. */
type Origin = { readonly shard: number; readonly position: Position } | { readonly passing: string }

/** An event as the node offers it to streams, with the node's frontier just after it. */
export interface Offer {
  readonly shard: number
  readonly position: Position
  readonly moment: Moment
  /** The item for all streams that are not above the frontier: they share one object. */
  readonly item: InboxItem
}

/**
 * Maximum live events that wait for one slow client. Beyond it the stream ends with SLOW_CONSUMER, the waiting events
 * are dropped, and the client resumes from its last cursor.
 */
export const MAX_READY = 1_000

/** Maximum replayed events that wait for the client; with fewer the replay reads on. */
const REPLAY_AHEAD = 100

/** An event that passes by is dropped where more than this wait for the client: it would come too late. */
const MAX_READY_TO_PASS = 50

/**
 * Maximum live events that wait for a stream's replay. Beyond it they are dropped, and the replay continues to the
 * log's new head, where it finds them. Together with REPLAY_AHEAD it stays below MAX_READY.
 */
const MAX_WAITING = 500

type Phase =
  | { readonly phase: 'replaying'; waiting: Offer[]; again: boolean }
  | { readonly phase: 'live' }
  | { readonly phase: 'closed'; readonly error: Error | null }

/**
 * One device's stream. For each shard, its watermark is the position up to which it got everything that concerns it,
 * and nothing above. A shard's events are offered in order, so an event at or below the watermark is a repetition. A
 * stream uses no timer.
 */
export interface Stream extends AsyncIterableIterator<InboxItem> {
  readonly viewer: ViewerDevice
  readonly closed: boolean
  /** Called by the node, in order within a shard. */
  offer(offer: Offer): void
  /**
   * Gives an event that is not in the log, if the client is up to date. Its cursor names nothing that the client does not
   * have: the watermark stays.
   */
  pass(moment: Moment, item: InboxItem): void
  /** The node's frontier fell: the stream makes its own cursors until the frontier has caught up. */
  fellBack(): void
  /** Opens the stream at the head, for a client without a cursor. */
  openAt(vector: Vector): void
  /** Gives a replayed event. Resolves when there is room for the next one; false if the stream is closed. */
  give(item: InboxItem): Promise<boolean>
  /**
   * Called when the replay has reached `vector`. True if the stream is live now. False if live events were dropped
   * meanwhile: the replay must continue to a head that is read from now on.
   */
  goLive(vector: Vector): boolean
  /**
   * In place of `next`: hands over each item at the moment when it comes. While a promise that `take` returned is open,
   * items wait as they do for `next`. `end` is called once after the last one.
   */
  pour(take: (item: InboxItem) => Promise<void> | undefined, end: (error?: Error) => void): void
  /** Ends the stream with an error, or without one. Idempotent. */
  close(error: Error | null): void
  return(): Promise<IteratorResult<InboxItem>>
}

export function makeStream(viewer: ViewerDevice, onClose: (stream: Stream) => void): Stream {
  let state: Phase = { phase: 'replaying', waiting: [], again: false }
  let watermark: Position[] = []
  /** Whether the stream is above the node's frontier in some shard: then it makes its own cursors. */
  let ahead = true
  const ready: InboxItem[] = []
  const takers: { resolve(result: IteratorResult<InboxItem>): void; reject(error: Error): void }[] = []
  let roomMade: (() => void) | null = null
  let sink: { take(item: InboxItem): Promise<void> | undefined; end(error?: Error): void } | null = null
  /** Whether the sink has no room at the moment. */
  let full = false

  const isClosed = () => state.phase === 'closed'

  const push = (item: InboxItem) => {
    if (sink && !full) return hand(item)
    const taker = takers.shift()
    if (taker) taker.resolve({ done: false, value: item })
    else ready.push(item)
  }

  const hand = (item: InboxItem) => {
    const room = sink?.take(item)
    if (!room) return
    full = true
    void room.then(() => {
      full = false
      handReady()
    })
  }

  const handReady = () => {
    while (!full) {
      const item = ready.shift()
      if (!item) return
      if (ready.length < REPLAY_AHEAD) roomMade?.()
      hand(item)
    }
  }

  const deliver = ({ shard, position, moment, item }: Offer) => {
    const mark = watermark[shard]
    if (mark && comparePositions(position, mark) <= 0) return
    if (ready.length >= MAX_READY) {
      stream.close(
        new InboxError('SLOW_CONSUMER', 'Events came faster than the client took them: resume from the last cursor.'),
      )
      return
    }
    watermark[shard] = position
    ahead &&= !dominates(moment.vector, watermark)
    push(ahead ? { ...item, cursor: encodeCursor(maxVector(moment.vector, watermark)) } : item)
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

    pass(moment, item) {
      if (state.phase !== 'live' || ready.length >= MAX_READY_TO_PASS) return
      ahead &&= !dominates(moment.vector, watermark)
      push(ahead ? { ...item, cursor: encodeCursor(maxVector(moment.vector, watermark)) } : item)
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
      sink?.end(error ?? undefined)
    },

    pour(take, end) {
      if (state.phase === 'closed') return end(state.error ?? undefined)
      sink = { take, end }
      handReady()
    },

    next() {
      const item = ready.shift()
      if (item) {
        if (ready.length < REPLAY_AHEAD) roomMade?.()
        return Promise.resolve({ done: false, value: item })
      }
      if (state.phase === 'closed') {
        const { error } = state
        // The error is thrown once.
        state = { phase: 'closed', error: null }
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
