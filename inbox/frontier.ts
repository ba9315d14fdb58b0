import { encodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'

/** The node's vector at one moment, with its cursor, which is encoded on first use. */
export interface Moment {
  readonly vector: Vector
  readonly cursor: () => string
}

/**
 * The node's position in each shard: every event at or below it that concerns a stream of the node was offered to that
 * stream. It rises with each event, and falls only when the node may have missed something.
 */
export interface Frontier {
  at(shard: number): Position
  raise(shard: number, position: Position): void
  /** Lowers the frontier to `vector`, below which certainly nothing was missed. */
  fallBackTo(vector: Vector): void
  moment(): Moment
}

export function makeFrontier(start: Vector): Frontier {
  let vector = [...start]
  let moment: Moment | null = null
  return {
    at: (shard) => {
      const position = vector[shard]
      if (!position) throw new RangeError(`There is no shard ${shard}.`)
      return position
    },
    raise(shard, position) {
      if (comparePositions(position, this.at(shard)) <= 0) return
      vector[shard] = position
      moment = null
    },
    fallBackTo(safe) {
      vector = vector.map((position, shard) => {
        const floor = safe[shard]
        return floor && comparePositions(floor, position) < 0 ? floor : position
      })
      moment = null
    },
    moment: () => (moment ??= momentOf([...vector])),
  }
}

export function momentOf(vector: Vector): Moment {
  let cursor: string | null = null
  return { vector, cursor: () => (cursor ??= encodeCursor(vector)) }
}
