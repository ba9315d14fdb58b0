import type { Sql } from '../../../platform/sql/sql.ts'
import { firstIdAt } from '../../first-id.ts'
import { type AccountState, PERSON_COLUMNS, type PersonRow } from '../people/store.ts'

export interface AccountRange {
  readonly state: AccountState | null
  readonly from: Date | null
  readonly until: Date | null
  /** The id before the first of the page. */
  readonly after: string | null
  readonly limit: number
}

/** A text as everything that it may be. */
export interface AccountSearch {
  readonly id: string | null
  readonly address: string | null
  /** In lower case. */
  readonly prefix: string
}

const RANGE = `($1::text is null or account.state = $1::text)
  and ($2::uuid is null or account.id >= $2::uuid)
  and ($3::uuid is null or account.id < $3::uuid)
  and ($4::uuid is null or account.id < $4::uuid)
order by account.id desc
limit $5::int`

const values = ({ state, from, until, after, limit }: AccountRange) => [
  state,
  firstIdAt(from),
  firstIdAt(until),
  after,
  limit,
]

/** The newest first: ids are UUIDv7 of the time when an account was made. */
export async function listAccounts(sql: Sql, range: AccountRange): Promise<PersonRow[]> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.listAccounts */ select ${PERSON_COLUMNS} from users.account where ${RANGE}`,
    values(range),
  )
  return rows
}

/** The same of those that a text finds: by the id, the address, or the beginning of the username or the name. */
export async function searchAccounts(
  sql: Sql,
  { id, address, prefix }: AccountSearch,
  range: AccountRange,
): Promise<PersonRow[]> {
  const { rows } = await sql.query<PersonRow>(
    // Each part is one range of one index. U+10FFFF comes after all characters.
    `/* users.searchAccounts */ select ${PERSON_COLUMNS} from (
       select id from users.account where id = $6::uuid
       union
       select id from users.account where address = $7::text
       union
       select id from users.account where username >= $8::text and username < $8::text || '~'
       union
       select id from users.account
       where lower(display_name) collate "C" >= $8::text and lower(display_name) collate "C" < $8::text || U&'\\+10FFFF'
     ) as found
     join users.account using (id)
     where ${RANGE}`,
    [...values(range), id, address, prefix],
  )
  return rows
}
