import { encodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'

/** The vector at one moment, with its cursor; the cursor is made at most once, when somebody first needs it. */
export interface Moment {
  readonly vector: Vector
  readonly cursor: () => string
}

/**
 * How far the node has come in each shard: everything at or below it that concerns a stream of the node was offered to
 * that stream. Rises event by event; falls only when the node finds that it may have missed something.
 */
export interface Frontier {
  at(shard: number): Position
  raise(shard: number, position: Position): void
  /** Back to where nothing was missed for sure. */
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
    fallBackTo(sure) {
      vector = vector.map((position, shard) => {
        const floor = sure[shard]
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
