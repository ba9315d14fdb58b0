import type { Sql } from '../../../platform/sql/sql.ts'
import { inOrder } from '../../in-order.ts'
import type { Address } from '../sign-in/input.ts'
import { MAX_SEARCHED } from '../limits.ts'
import type { DisplayName, Username } from './input.ts'

/**
 * A user. The schema has no fields `signsInWith`, `signedUpAt`, `ownLocale` and `ownTimeZone`, so that no missing resolver can
 * expose them.
 */
export interface PersonRow {
  readonly id: string
  /** Null for a deleted account, as everything personal. */
  readonly displayName: string | null
  readonly username: string | null
  readonly bio: string | null
  readonly avatarUrl: string | null
  readonly version: number
  readonly ownLocale: string | null
  readonly ownTimeZone: string | null
  readonly signsInWith: string | null
  readonly signedUpAt: Date
  readonly state: AccountState
}

/** Only an ACTIVE account can sign in, and has sessions. */
export type AccountState = 'ACTIVE' | 'SUSPENDED' | 'DELETED'

/** Of `users.account`, for a PersonRow. */
export const PERSON_COLUMNS = `account.id, account.display_name as "displayName", account.username, account.bio,
  account.avatar_url as "avatarUrl", account.version, account.locale as "ownLocale", account.time_zone as "ownTimeZone",
  account.address as "signsInWith", account.state, account.created_at as "signedUpAt"`

/** In the order of the ids, which may repeat; null for an id without a user. */
export async function findPeople(sql: Sql, ids: readonly string[]): Promise<(PersonRow | null)[]> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.findPeople */ select ${PERSON_COLUMNS} from users.account where id = any($1::uuid[])`,
    [ids],
  )
  return inOrder(ids, rows, (row) => row.id)
}

/** The account that signs in with an address, as it is now. */
export async function findIdByAddress(sql: Sql, address: Address): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    '/* users.findIdByAddress */ select id from users.account where address = $1::text',
    [address],
  )
  return rows[0]?.id ?? null
}

/**
 * The account that signs in with an address, locked until the end of the transaction: it is neither suspended nor
 * deleted before.
 */
export async function lockPersonByAddress(sql: Sql, address: Address): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.lockPersonByAddress */ select ${PERSON_COLUMNS} from users.account where address = $1::text for no key update`,
    [address],
  )
  return rows[0] ?? null
}

/** The caller holds the lock on the address's password row, so that no concurrent call creates an account for it. */
export async function createPerson(
  sql: Sql,
  person: { readonly id: string; readonly address: Address; readonly displayName: DisplayName; readonly now: Date },
): Promise<PersonRow> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.createPerson */ insert into users.account (id, address, display_name, created_at)
     values ($1::uuid, $2::text, $3::text, $4::timestamptz)
     returning ${PERSON_COLUMNS}`,
    [person.id, person.address, person.displayName, person.now],
  )
  const [row] = rows
  if (!row) throw new Error('The database created no account.')
  return row
}

/** The part of a profile that its owner changes. */
export interface ProfileRow {
  readonly displayName: string
  readonly username: string | null
  readonly usernameChangedAt: Date | null
  readonly bio: string | null
  readonly avatarUrl: string | null
  readonly locale: string | null
  readonly timeZone: string | null
}

export async function findProfile(sql: Sql, id: string): Promise<ProfileRow | null> {
  const { rows } = await sql.query<ProfileRow>(
    `/* users.findProfile */ select
       display_name as "displayName",
       username,
       username_changed_at as "usernameChangedAt",
       bio,
       avatar_url as "avatarUrl",
       locale,
       time_zone as "timeZone"
     from users.account
     where id = $1::uuid and state <> 'DELETED'`,
    [id],
  )
  return rows[0] ?? null
}

/** Rejects with a unique violation if another user has the username. Null if the person does not exist. */
export async function saveProfile(sql: Sql, id: string, profile: ProfileRow): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.saveProfile */ update users.account
     set
       display_name = $2::text,
       username = $3::text,
       username_changed_at = $4::timestamptz,
       bio = $5::text,
       avatar_url = $6::text,
       locale = $7::text,
       time_zone = $8::text,
       version = version + 1
     where id = $1::uuid and state <> 'DELETED'
     returning ${PERSON_COLUMNS}`,
    [
      id,
      profile.displayName,
      profile.username,
      profile.usernameChangedAt,
      profile.bio,
      profile.avatarUrl,
      profile.locale,
      profile.timeZone,
    ],
  )
  return rows[0] ?? null
}

/** Whether the viewer `$1` may find the account: its owner may, and the others as the owner's setting and blocks say. */
const FINDABLE = `(
    account.id = $1::uuid
    or not exists (select from users.block where blocker_id = account.id and blocked_id = $1::uuid)
    and users.is_allowed(
      (select found_by from users.setting where user_id = account.id), account.id, $1::uuid
    )
  )`

/** Null if nobody has the username, or if the viewer may not find them. */
export async function findPersonByUsername(sql: Sql, viewerId: string, username: Username): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `/* users.findPersonByUsername */ select ${PERSON_COLUMNS} from users.account
     where account.username = $2::text and ${FINDABLE}`,
    [viewerId, username],
  )
  return rows[0] ?? null
}

/**
 * People whom the viewer may find and whose usernames begin with the prefix, above `after`, in their order; of the first
 * MAX_SEARCHED that there are.
 */
export async function searchPeople(
  sql: Sql,
  viewerId: string,
  prefix: string,
  after: string | null,
  limit: number,
): Promise<PersonRow[]> {
  const { rows } = await sql.query<PersonRow>(
    // A range, and not a pattern: it uses the index whatever the prefix is. `~` comes after all characters of a username.
    `/* users.searchPeople */ select ${PERSON_COLUMNS} from (
       select * from users.account
       where account.username >= $2::text
         and account.username < $2::text || '~'
         and account.username > $3::text
       order by account.username
       limit $5::int
     ) as account
     where ${FINDABLE}
     order by account.username
     limit $4::int`,
    [viewerId, prefix, after ?? '', limit, MAX_SEARCHED],
  )
  return rows
}
