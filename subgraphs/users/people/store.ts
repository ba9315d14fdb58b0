import type { Sql } from '../../../platform/sql/sql.ts'
import { inOrder } from '../../in-order.ts'
import type { Address } from '../sign-in/input.ts'
import type { DisplayName } from './input.ts'

/** A user. The schema has no field `signsInWith`, so that no missing resolver can expose it. */
export interface PersonRow {
  readonly id: string
  readonly displayName: string
  readonly signsInWith: string
}

const columns = 'id, display_name as "displayName", address as "signsInWith"'

/** In the order of the ids, which may repeat; null for an id without a user. */
export async function findPeople(sql: Sql, ids: readonly string[]): Promise<(PersonRow | null)[]> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.findPeople */ select ${columns} from users.account where id = any($1::uuid[])`,
    [ids],
  )
  return inOrder(ids, rows, (row) => row.id)
}

export async function findPersonByAddress(sql: Sql, address: Address): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.findPersonByAddress */ select ${columns} from users.account where address = $1::text`,
    [address],
  )
  return rows[0] ?? null
}

/** The caller holds the lock on the address's password row, so that no concurrent call creates an account for it. */
export async function createPerson(
  sql: Sql,
  person: { readonly id: string; readonly address: Address; readonly displayName: DisplayName; readonly now: Date },
): Promise<PersonRow> {
  await sql.query(
    `/* users.createPerson */ insert into users.account (id, address, display_name, created_at)
     values ($1::uuid, $2::text, $3::text, $4::timestamptz)`,
    [person.id, person.address, person.displayName, person.now],
  )
  return { id: person.id, displayName: person.displayName, signsInWith: person.address }
}

/** Null if the person does not exist. */
export async function renamePerson(sql: Sql, id: string, displayName: DisplayName): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.renamePerson */ update users.account set display_name = $2::text where id = $1::uuid returning ${columns}`,
    [id, displayName],
  )
  return rows[0] ?? null
}
