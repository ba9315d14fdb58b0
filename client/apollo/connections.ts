import type { FieldPolicy, Reference } from '@apollo/client'

export interface StoredEdge {
  readonly __typename?: string
  readonly cursor?: string
  readonly node: Reference | Readonly<Record<string, unknown>>
}

interface StoredPageInfo {
  readonly hasNextPage?: boolean
  readonly hasPreviousPage?: boolean
  readonly startCursor?: string | null
  readonly endCursor?: string | null
}

/** A connection as it stands in the cache: the pages that were loaded of it, joined. */
export interface StoredConnection {
  readonly __typename?: string
  readonly edges?: readonly StoredEdge[]
  readonly pageInfo?: StoredPageInfo
  /** The arguments that tell this list from others of the same field. */
  readonly filter?: Readonly<Record<string, unknown>>
}

interface Options {
  /** The arguments that say what belongs to the list. */
  readonly filter?: readonly string[]
  /** Without `first` and `last` the server answers with its last page. */
  readonly endsByDefault?: boolean
}

const DEFAULT_PAGE = 20

/**
 * How a field with a connection is kept: `after` and `before` add a page to those that are there, everything else begins anew.
 * Nothing is listed twice, also where an event listed it before its page came.
 */
export function connection({ filter = [], endsByDefault = false }: Options = {}): FieldPolicy<StoredConnection | null> {
  return {
    keyArgs: filter.length > 0 && [...filter],
    read(existing, { canRead }) {
      if (!existing?.edges) return existing
      // What is gone from the cache is gone from its lists.
      const edges = existing.edges.filter(({ node }) => canRead(node as Reference))
      return edges.length === existing.edges.length ? existing : { ...existing, edges }
    },
    merge(existing, incoming, { args }) {
      if (!incoming) return incoming
      const { first, last, after, before, around, from } = args ?? {}
      const kept = Object.fromEntries(filter.map((name) => [name, args?.[name] as unknown]))
      const { edges } = incoming
      // Only something beside the list was asked for, such as its number.
      if (!edges) return { ...existing, ...incoming, filter: kept, ...(existing?.edges && { edges: existing.edges }) }
      const isBackward = last != null || before != null
      const isLastPage = isBackward ? before == null : endsByDefault && [first, after, around, from].every(isUnset)
      const isFull = edges.length >= Number((isBackward ? last : first) ?? DEFAULT_PAGE)
      const pageInfo = {
        // What was not asked for follows from the arguments.
        hasNextPage: isBackward || isLastPage ? !isLastPage : isFull,
        hasPreviousPage: isBackward || isLastPage ? isFull : ![after, around, from].every(isUnset),
        ...(edges[0]?.cursor !== undefined && {
          startCursor: edges[0].cursor,
          endCursor: edges.at(-1)?.cursor ?? null,
        }),
        ...incoming.pageInfo,
      }
      const page = { ...incoming, filter: kept, edges, pageInfo }
      if (!existing?.edges || !existing.pageInfo) return page
      if (typeof after === 'string') return following({ ...existing, edges: existing.edges }, page, after)
      if (typeof before === 'string') return preceding({ ...existing, edges: existing.edges }, page, before)
      return page
    },
  }
}

const isUnset = (argument: unknown) => argument == null

type Pages = StoredConnection & { readonly edges: readonly StoredEdge[] }

/** The page goes behind the edge that it was asked after; it replaces the list if that edge is not in it any more. */
function following(known: Pages, page: Pages, after: string): StoredConnection {
  const isEnd = known.pageInfo?.endCursor === after
  const index = isEnd ? known.edges.length - 1 : known.edges.findIndex(({ cursor }) => cursor === after)
  if (!isEnd && index < 0) return page
  const { startCursor, hasPreviousPage } = known.pageInfo ?? {}
  return joined(page, without(known.edges.slice(0, index + 1), page.edges), [], {
    ...page.pageInfo,
    ...(startCursor !== undefined && { startCursor }),
    ...(hasPreviousPage !== undefined && { hasPreviousPage }),
  })
}

function preceding(known: Pages, page: Pages, before: string): StoredConnection {
  const isStart = known.pageInfo?.startCursor === before
  const index = isStart ? 0 : known.edges.findIndex(({ cursor }) => cursor === before)
  if (index < 0) return page
  const { endCursor, hasNextPage } = known.pageInfo ?? {}
  return joined(page, [], without(known.edges.slice(index), page.edges), {
    ...page.pageInfo,
    ...(endCursor !== undefined && { endCursor }),
    ...(hasNextPage !== undefined && { hasNextPage }),
  })
}

const joined = (
  page: Pages,
  prefix: readonly StoredEdge[],
  suffix: readonly StoredEdge[],
  pageInfo: StoredPageInfo,
): StoredConnection => ({ ...page, edges: [...prefix, ...page.edges, ...suffix], pageInfo })

function without(edges: readonly StoredEdge[], others: readonly StoredEdge[]): StoredEdge[] {
  const keys = new Set(others.map(keyOf))
  return edges.filter((edge) => !keys.has(keyOf(edge)))
}

/** A node without an id is told by the entities in it, such as the user of a member. */
function keyOf({ node }: StoredEdge): string {
  const refs = (value: object): unknown =>
    '__ref' in value
      ? value.__ref
      : Object.values(value).map((part: unknown) => (typeof part === 'object' && part !== null ? refs(part) : null))
  return JSON.stringify(refs(node))
}
