import type { Identity } from '../platform/signature/identity.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { connection, malformedCursor, parsePage, type Connection } from './page.ts'
import { requireUser } from './viewer.ts'

/** Records on one page of an export. */
const MAX_RECORDS = 200

/** Something that a room keeps about a user. */
export interface ExportRecord {
  /** The place in the order of its kind. */
  readonly key: string
  readonly data: object
}

/** One kind of records, which a room keeps in these tables. */
export interface ExportSource {
  readonly kind: string
  /** For the test that every table with somebody's id is exported, or listed with a reason. */
  readonly tables: readonly string[]
  /** The user's records with keys above `after`, in the order of the keys. */
  read(userId: string, after: string | null, limit: number): Promise<readonly ExportRecord[]>
}

export interface ExportedRecord {
  readonly kind: string
  readonly data: object
  readonly cursor: string
}

export interface MyDataRef {
  readonly id: string
}

/** The reference that the users room makes and the others resolve. Nobody else's is resolved. */
export function myDataFor(identity: Identity, { id }: MyDataRef): MyDataRef | null {
  return requireUser(identity).userId === id ? { id } : null
}

/**
 * A page over all sources of a room, one after the other. A record that is written meanwhile appears if its place is
 * still to come.
 */
export async function exportPage(
  sources: readonly ExportSource[],
  identity: Identity,
  owner: MyDataRef,
  args: Parameters<typeof parsePage>[0],
): Promise<Connection<ExportedRecord>> {
  const { userId } = requireUser(identity)
  const page = parsePage(args, MAX_RECORDS)
  if (userId !== owner.id) return connection<ExportedRecord>([], page, ({ cursor }) => cursor)
  const [startKind, ...rest] = page.after?.split('\n') ?? []
  const start = page.after === null ? 0 : sources.findIndex(({ kind }) => kind === startKind)
  if (start === -1) throw malformedCursor()
  const rows: ExportedRecord[] = []
  for (const [index, { kind, read }] of sources.slice(start).entries()) {
    const after = index === 0 && page.after !== null ? rest.join('\n') : null
    const records = await read(userId, after, page.limit + 1 - rows.length)
    rows.push(...records.map(({ key, data }) => ({ kind, data, cursor: `${kind}\n${key}` })))
    if (rows.length > page.limit) break
  }
  return connection(rows, page, ({ cursor }) => cursor)
}

/**
 * A source from one statement, which gives columns `key` and `data` for the user `$1`. Few rows of a user are expected:
 * each page sorts all of them by their keys.
 */
export function recordsOf(sql: Sql, kind: string, tables: readonly string[], statement: string): ExportSource {
  return {
    kind,
    tables,
    async read(userId, after, limit) {
      const { rows } = await sql.query<ExportRecord>(
        `/* export.${kind} */ select record.key, to_jsonb(record) - 'key' as data
         from (${statement}) as record
         where $2::text is null or record.key collate "C" > $2::text
         order by record.key collate "C"
         limit $3::int`,
        [userId, after, limit],
      )
      return rows
    },
  }
}
