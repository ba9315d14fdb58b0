import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { AdminSigner } from '../../../platform/admin-tokens/signer.ts'
import type { SealedKey } from '../../../platform/sessions/keys.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import type { AdminSignInFailure, AdminSignInInput } from '../generated/resolvers.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import { checkLength, parseAdminEmail } from './input.ts'
import { ADMIN_FAMILY_MS, ADMIN_REFRESH_MS, takeGuess } from './limits.ts'
import { checkPassword, hashPassword } from './password.ts'
import type { AdminSignInPorts } from './ports.ts'
import { takeTotp } from './totp.ts'
import {
  type AdminRow,
  endFamily,
  findAdmin,
  keepRefresh,
  keepTotp,
  lockAdmin,
  lockRefresh,
  setPasswordHash,
  useRefresh,
} from './store.ts'

/** The schema's `AdminTokens`. */
export interface Tokens {
  readonly accessToken: string
  readonly expiresAt: Date
  readonly refreshToken: string
  readonly refreshExpiresAt: Date
  readonly scopes: string[]
}

/** The schema's `AdminSignInPayload`. */
export interface SignInOutcome {
  readonly tokens: Tokens | null
  readonly failure: AdminSignInFailure | null
}

/** Unknown addresses take the same time and get the same answer as wrong passwords. */
export async function signInAdmin(ports: AdminSignInPorts, input: AdminSignInInput): Promise<SignInOutcome> {
  const { database, rate, clock, clientNetwork } = ports
  const signer = requireSigner(ports.adminSigner)
  const email = parseAdminEmail(input.email)
  checkLength(input.password)
  await takeGuess(rate, ports.adminSignInsPerHour, email, clientNetwork)
  const admin = await findAdmin(database, email)
  const { right, outdated } = await checkPassword(admin?.passwordHash ?? null, input.password)
  const now = new Date(clock.now())
  if (!admin || !right) {
    const actor = { kind: 'STRANGER', ...(admin && { id: admin.id }) } as const
    await recordSecurityEvent(database, { kind: 'ADMIN_SIGN_IN_FAILED', at: now, actor, clientNetwork })
    return { tokens: null, failure: 'WRONG' }
  }
  let newTotp: SealedKey | null = null
  if (admin.totpSealed && admin.totpKeyId !== null) {
    if (input.code == null) return { tokens: null, failure: 'CODE_REQUIRED' }
    const sealed = { sealed: admin.totpSealed, keyId: admin.totpKeyId }
    const taking = { sql: database, rate, keys: ports.sessionKeys }
    const taken = await takeTotp(taking, admin, sealed, input.code, now.getTime())
    if (!taken) {
      const actor = { kind: 'STRANGER', id: admin.id } as const
      const detail = { reason: 'CODE' }
      await recordSecurityEvent(database, { kind: 'ADMIN_SIGN_IN_FAILED', at: now, actor, clientNetwork, detail })
      return { tokens: null, failure: 'CODE_WRONG' }
    }
    newTotp = taken.resealed
  }
  const newHash = outdated ? await hashPassword(input.password) : null
  const tokens = await database.transaction(async (sql) => {
    // A reset that came between ends all sign-ins with what was valid before, and so this one.
    const present = await lockAdmin(sql, email)
    if (!present || !(await stillProven(admin, present, input.password))) return null
    if (newHash !== null) await setPasswordHash(sql, admin.id, newHash)
    if (newTotp) await keepTotp(sql, admin.id, newTotp)
    const family = { id: v7({ msecs: now.getTime() }), endsAt: new Date(now.getTime() + ADMIN_FAMILY_MS) }
    const actor = { kind: 'ADMIN', id: admin.id } as const
    await recordSecurityEvent(sql, { kind: 'ADMIN_SIGNED_IN', at: now, actor, clientNetwork })
    return issue(sql, signer, admin, family, now)
  })
  return tokens ? { tokens, failure: null } : { tokens: null, failure: 'WRONG' }
}

/** Whether what was checked still proves who signs in. A hash may be new because another sign-in has replaced its cost. */
async function stillProven(checked: AdminRow, present: AdminRow, password: string): Promise<boolean> {
  const sameTotp = Buffer.compare(checked.totpSealed ?? NO_SECRET, present.totpSealed ?? NO_SECRET) === 0
  if (checked.passwordHash === present.passwordHash) return sameTotp
  return sameTotp && (await checkPassword(present.passwordHash, password)).right
}

const NO_SECRET = Buffer.alloc(0)

/**
 * Exchanges a refresh token for new tokens. A token that comes a second time was copied: nobody can tell which of the
 * two is the thief, so the whole sign-in ends.
 */
export async function refreshAdmin(ports: AdminSignInPorts, token: string): Promise<Tokens> {
  const { database, clock, clientNetwork } = ports
  const signer = requireSigner(ports.adminSigner)
  const tokenHash = hashOf(token)
  const tokens = await database.transaction(async (sql) => {
    const now = new Date(clock.now())
    const row = await lockRefresh(sql, tokenHash)
    if (!row || row.expiresAt <= now) return null
    if (row.usedAt) {
      await endFamily(sql, row.familyId)
      const actor = { kind: 'STRANGER', id: row.adminId } as const
      await recordSecurityEvent(sql, { kind: 'ADMIN_TOKEN_REUSED', at: now, actor, clientNetwork })
      return null
    }
    await useRefresh(sql, tokenHash, now)
    const family = { id: row.familyId, endsAt: row.familyEndsAt }
    return issue(sql, signer, { id: row.adminId, scopes: row.scopes }, family, now)
  })
  if (!tokens) throw new PublicError('TOKEN_INVALID', 'The refresh token is not valid: sign in again.')
  return tokens
}

/** Ends the sign-in that the token came from, if there is one. */
export async function signOutAdmin(ports: AdminSignInPorts, token: string): Promise<void> {
  const { database, clock, clientNetwork } = ports
  await database.transaction(async (sql) => {
    const row = await lockRefresh(sql, hashOf(token))
    if (!row) return
    await endFamily(sql, row.familyId)
    const actor = { kind: 'ADMIN', id: row.adminId } as const
    await recordSecurityEvent(sql, { kind: 'ADMIN_SIGNED_OUT', at: new Date(clock.now()), actor, clientNetwork })
  })
}

async function issue(
  sql: Sql,
  signer: AdminSigner,
  admin: { readonly id: string; readonly scopes: readonly string[] },
  family: { readonly id: string; readonly endsAt: Date },
  now: Date,
): Promise<Tokens> {
  const refreshToken = randomBytes(32).toString('base64url')
  const refreshExpiresAt = new Date(Math.min(now.getTime() + ADMIN_REFRESH_MS, family.endsAt.getTime()))
  await keepRefresh(sql, {
    tokenHash: hashOf(refreshToken),
    familyId: family.id,
    adminId: admin.id,
    now,
    expiresAt: refreshExpiresAt,
    familyEndsAt: family.endsAt,
  })
  const { token, expiresAt } = await signer.sign(admin, now.getTime())
  return { accessToken: token, expiresAt, refreshToken, refreshExpiresAt, scopes: [...admin.scopes] }
}

/** A token has 256 random bits, so a plain hash is enough: a copy of the table opens nothing. */
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

function requireSigner(signer: AdminSigner | null): AdminSigner {
  if (signer) return signer
  throw new PublicError(
    'UNAVAILABLE',
    'Admins cannot sign in here: the server needs ADMIN_JWT_SECRET or a private key.',
  )
}
