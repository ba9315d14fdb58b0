import { encodeCursor, maxVector, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { ReadFor } from './shared-reads.ts'
import type { Stream } from './stream.ts'

export interface ReplayDeps {
  readonly readFor: ReadFor
  readonly head: () => Promise<Position>
}

/**
 * Gives a stream the events that it missed since `from`, up to `head` or later, and makes it live. Ends early if the
 * stream closes.
 */
export type Replay = (stream: Stream, from: Vector, head: Position) => Promise<void>

export function makeReplay(deps: ReplayDeps): Replay {
  return async (stream, from, head) => {
    /** The log is read in its order, so everything at or below this position was given, in every shard. */
    let upTo = from.reduce((lowest, position) => (comparePositions(position, lowest) < 0 ? position : lowest))
    const given = () => maxVector(from, Array<Position>(from.length).fill(upTo))
    for (;;) {
      while (comparePositions(upTo, head) < 0) {
        const page = await deps.readFor(stream, upTo)
        if (!page) return
        for (const { shard, position, kind, payload } of page.events) {
          const before = from[shard]
          if (before && comparePositions(position, before) <= 0) continue
          upTo = position
          if (kind.isFrom?.(payload, stream.viewer)) continue
          const event = { shard, position, kind, payload }
          if (!(await stream.give({ cursor: encodeCursor(given()), event }))) return
        }
        upTo = page.upTo
      }
      if (stream.goLive(given())) return
      head = await deps.head()
    }
  }
}
