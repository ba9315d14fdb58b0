import { comparePositions, type Position } from './position.ts'

/** Where positions come from: the events of a key, or those that name a user. */
export type SourceOf = { readonly key: string } | { readonly userId: string }

/** A question for the next positions of one source. */
export interface Source {
  /** Names the source in the answers. */
  readonly place: number
  readonly of: SourceOf
  /** The last position that is known. */
  readonly last: Position
  /** Maximum positions of the answer. Fewer mean that there are no more. */
  readonly most: number
}

export interface Found {
  readonly place: number
  readonly position: Position
}

/** The positions of many sources in one order, each once. */
export interface Merge {
  /** Fewer than `limit`: there are no more. */
  next(limit: number): Promise<Position[]>
}

interface Active {
  readonly place: number
  readonly of: SourceOf
  last: Position
  /** Known and not returned yet, in order. */
  ahead: Position[]
  /** Whether there may be more after `last`. */
  more: boolean
  most: number
}

/** How many times more positions are asked of a source each time that the others wait for it. */
const GROWTH = 4

/**
 * The first question asks every source for so few positions that they are about a page together, and those without any are
 * forgotten. Later ones ask only the sources that the page waits for, for more each time. So a page reads a few times its
 * own length, whether one source has all positions or a thousand have one each.
 */
export function makeMerge(
  of: readonly SourceOf[],
  after: Position,
  find: (sources: readonly Source[]) => Promise<readonly Found[]>,
): Merge {
  let sources: Active[] | null = null

  const ask = async (asked: readonly Active[]) => {
    const found = await find(asked)
    const byPlace = new Map<number, Position[]>()
    for (const { place, position } of found) {
      const own = byPlace.get(place)
      if (own) own.push(position)
      else byPlace.set(place, [position])
    }
    for (const source of asked) {
      const more = (byPlace.get(source.place) ?? []).sort(comparePositions)
      source.more = more.length >= source.most
      source.ahead.push(...more)
      source.last = more.at(-1) ?? source.last
    }
  }

  const open = async (limit: number) => {
    const most = Math.max(1, Math.min(limit, Math.floor((2 * limit) / of.length)))
    const all = of.map((one, place): Active => ({ place, of: one, last: after, ahead: [], more: true, most }))
    await ask(all)
    return all.filter(({ ahead }) => ahead.length > 0)
  }

  /** The first `limit` positions that are known, each once: a key and a name may lead to the same event. */
  const first = (active: readonly Active[], limit: number): Position[] => {
    const sorted = active.flatMap(({ ahead }) => ahead).sort(comparePositions)
    return sorted.filter((one, at) => at === 0 || comparePositions(one, sorted[at - 1]!) !== 0).slice(0, limit)
  }

  return {
    async next(limit) {
      sources ??= await open(limit)
      for (;;) {
        const page = first(sources, limit)
        const end = page.length === limit ? page.at(-1) : undefined
        const awaited = sources.filter(({ more, last }) => more && (!end || comparePositions(last, end) < 0))
        if (awaited.length === 0) {
          for (const source of sources) {
            source.ahead = end ? source.ahead.filter((position) => comparePositions(position, end) > 0) : []
          }
          sources = sources.filter(({ ahead, more }) => ahead.length > 0 || more)
          return page
        }
        for (const source of awaited) source.most = Math.min(limit, Math.max(1, source.most) * GROWTH)
        await ask(awaited)
      }
    },
  }
}
