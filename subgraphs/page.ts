import { badInput, PublicError } from './errors.ts'

/** What a page is when its asker does not say. */
const DEFAULT_PAGE = 20

/** Characters of a cursor. Ours are far below; longer ones are refused before they are decoded. */
const MAX_CURSOR = 500

/** A validated request for a page, forwards. */
export interface PageRequest {
  /** How many rows the page may hold. Stores fetch one more, which tells whether there is a next page. */
  readonly limit: number
  /** The key behind the cursor, as `connection`'s `keyOf` wrote it; null for the first page. The room parses it. */
  readonly after: string | null
}

export interface Connection<Row> {
  readonly edges: { readonly cursor: string; readonly node: Row }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** The arguments of a connection field, or BAD_USER_INPUT or CURSOR_MALFORMED. `max` is the longest page it gives. */
export function parsePage(
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  max: number,
): PageRequest {
  const limit = args.first ?? Math.min(DEFAULT_PAGE, max)
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw badInput('first', `\`first\` must be 1 to ${max}.`)
  return { limit, after: args.after == null ? null : decodeCursor(args.after) }
}

/**
 * One page of rows as the schema's connection. `rows` are up to `limit + 1`, the last only to know that more follow;
 * `keyOf` gives a row's place in the order: what is inserted or deleted between two pages moves no other row.
 */
export function connection<Row>(rows: readonly Row[], page: PageRequest, keyOf: (row: Row) => string): Connection<Row> {
  const edges = rows.slice(0, page.limit).map((node) => ({ cursor: encodeCursor(keyOf(node)), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.limit,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

export const encodeCursor = (key: string): string => Buffer.from(key, 'utf8').toString('base64url')

/** The key in a cursor, or CURSOR_MALFORMED for what `encodeCursor` did not write. */
export function decodeCursor(cursor: string): string {
  if (cursor.length > MAX_CURSOR) throw malformedCursor()
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (encodeCursor(key) !== cursor) throw malformedCursor()
  return key
}

export const malformedCursor = () =>
  new PublicError('CURSOR_MALFORMED', 'The cursor was not made by this server: use one that a page gave, unchanged.')
