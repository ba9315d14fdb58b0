import { badInput, PublicError } from './errors.ts'

/** The size of a page if the request does not name one. */
const DEFAULT_PAGE = 20

/** Maximum characters of a cursor. Valid ones are far shorter; longer ones are refused before they are decoded. */
const MAX_CURSOR = 500

/** A validated request for a page, forwards. */
export interface PageRequest {
  /** Maximum rows of the page. Stores fetch one more, which shows whether there is a next page. */
  readonly limit: number
  /** The key in the cursor, as `connection`'s `keyOf` wrote it; null for the first page. The room parses it. */
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

/** Parses the arguments of a connection field; throws BAD_USER_INPUT or CURSOR_MALFORMED. `max` is the longest page. */
export function parsePage(
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  max: number,
): PageRequest {
  const limit = args.first ?? Math.min(DEFAULT_PAGE, max)
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw badInput('first', `\`first\` must be 1 to ${max}.`)
  return { limit, after: args.after == null ? null : decodePageCursor(args.after) }
}

/**
 * Makes one page of the schema's connection. `rows` are up to `limit + 1`, the last only to show that more follow.
 * `keyOf` gives a row's place in the order, so that inserts and deletes between two pages move no other row.
 */
export function connection<Row>(rows: readonly Row[], page: PageRequest, keyOf: (row: Row) => string): Connection<Row> {
  const edges = rows.slice(0, page.limit).map((node) => ({ cursor: encodePageCursor(keyOf(node)), node }))
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

export const encodePageCursor = (key: string): string => Buffer.from(key, 'utf8').toString('base64url')

/** Decodes a cursor; throws CURSOR_MALFORMED for a text that `encodePageCursor` did not write. */
export function decodePageCursor(cursor: string): string {
  if (cursor.length > MAX_CURSOR) throw malformedCursor()
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (encodePageCursor(key) !== cursor) throw malformedCursor()
  return key
}

export const malformedCursor = () =>
  new PublicError('CURSOR_MALFORMED', 'The cursor was not made by this server: use one that a page gave, unchanged.')
