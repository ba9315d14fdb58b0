import { v7 } from 'uuid'
import type { SessionKeys } from '../../../platform/sessions/keys.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import { type AdminEmail, parseNewPassword, parseScopes } from './input.ts'
import { hashPassword } from './password.ts'
import { createAdmin, endFamiliesOf, keepTotp, lockAdmin, removeAdmin, setPasswordHash } from './store.ts'
import { newTotp } from './totp.ts'

/** What an operator does by the command line. Each is in the security log. */
type Change = 'ADDED' | 'PASSWORD_RESET' | 'CODES_ON' | 'CODES_OFF' | 'REMOVED'

const record = (sql: Sql, change: Change, email: AdminEmail) =>
  recordSecurityEvent(sql, {
    kind: 'ADMIN_CHANGED',
    at: new Date(),
    actor: { kind: 'SYSTEM' },
    clientNetwork: null,
    detail: { reason: change, note: email },
  })

/** False if there is an admin with this address. */
export async function addAdmin(
  database: Database,
  email: AdminEmail,
  password: string,
  scopes: readonly string[],
): Promise<boolean> {
  const checked = parseScopes(scopes)
  const passwordHash = await hashPassword(parseNewPassword(password))
  return database.transaction(async (sql) => {
    const admin = { id: v7(), email, passwordHash, scopes: checked, createdAt: new Date() }
    if (!(await createAdmin(sql, admin))) return false
    await record(sql, 'ADDED', email)
    return true
  })
}

/** Also ends all sign-ins of the admin. False if there is none with this address. */
export async function resetPassword(database: Database, email: AdminEmail, password: string): Promise<boolean> {
  const passwordHash = await hashPassword(parseNewPassword(password))
  return database.transaction(async (sql) => {
    const admin = await lockAdmin(sql, email)
    if (!admin) return false
    await setPasswordHash(sql, admin.id, passwordHash)
    await endFamiliesOf(sql, admin.id)
    await record(sql, 'PASSWORD_RESET', email)
    return true
  })
}

/**
 * Asks the admin for codes of an authenticator app from now on, or no more, and ends all sign-ins. Returns what the app
 * reads, or an empty text; null if there is no admin with this address.
 */
export async function setCodes(
  database: Database,
  email: AdminEmail,
  keys: SessionKeys | null,
): Promise<string | null> {
  return database.transaction(async (sql) => {
    const admin = await lockAdmin(sql, email)
    if (!admin) return null
    const made = keys && newTotp(keys, admin)
    await keepTotp(sql, admin.id, made?.sealed ?? null)
    await endFamiliesOf(sql, admin.id)
    await record(sql, made ? 'CODES_ON' : 'CODES_OFF', email)
    return made?.uri ?? ''
  })
}

/** Also ends all sign-ins of the admin. False if there is none with this address. */
export async function dropAdmin(database: Database, email: AdminEmail): Promise<boolean> {
  return database.transaction(async (sql) => {
    const admin = await lockAdmin(sql, email)
    if (!admin) return false
    await removeAdmin(sql, admin.id)
    await record(sql, 'REMOVED', email)
    return true
  })
}
