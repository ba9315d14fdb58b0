import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Bucket } from '../../platform/rate/rate.ts'
import { badInput, PublicError } from '../errors.ts'
import { deviceFor } from './access.ts'
import { newCode, opensCode, sealCode } from './codes.ts'
import type { Context } from './context.ts'
import type { OtpFailure, VerifyOtpInput } from './generated/resolvers.ts'
import { parseAddress, parseCode, parseDisplayName, type Address, type Code } from './input.ts'
import { CODE_TTL_MS, CODES_PER_ADDRESS, CODES_PER_DEVICE, SESSION_TTL_MS } from './limits.ts'
import { countWrongTry, lockCode, replaceCode, useUpCode, type OtpRow } from './store/otp.ts'
import { createPerson, findPersonByAddress, type PersonRow } from './store/people.ts'
import { createSession, type NewSessionRow } from './store/sessions.ts'

type SignInPorts = Pick<Context, 'database' | 'rate' | 'otp' | 'clock' | 'log' | 'announcer'>
type Claim = Pick<VerifyOtpInput, 'deviceId' | 'deviceSecret' | 'address'>

/**
 * Sends a password to an address. Whether the address is known is not looked at, so neither the answer nor its time
 * tells it.
 */
export async function requestCode(ports: SignInPorts, input: Claim): Promise<{ readonly expiresAt: Date }> {
  const { database, otp, clock, log } = ports
  const address = parseAddress(input.address)
  const deviceId = await deviceFor(database, input.deviceId, input.deviceSecret)
  await takeToken(ports, `otp.device:${deviceId}`, CODES_PER_DEVICE)
  await takeToken(ports, `otp.address:${createHash('sha256').update(address).digest('hex')}`, CODES_PER_ADDRESS)

  const code = newCode()
  const now = new Date(clock.now())
  const expiresAt = new Date(now.getTime() + CODE_TTL_MS)
  const room = await replaceCode(database, address, sealCode(address, code), expiresAt, now)
  if (!room.replaced)
    throw rateLimited('There were too many passwords or wrong tries for this address.', room.retryAfterMs)
  try {
    await otp.send({ to: address, code, expiresAt })
  } catch (error) {
    log.warn('A one-time password could not be sent.', { error })
    throw new PublicError('UNAVAILABLE', 'The password could not be sent: request it again.', {}, { cause: error })
  }
  return { expiresAt }
}

/**
 * When the limiter is away passwords are sent all the same: the day's totals, which stand in SQL, still bound them, and
 * nobody should be locked out by a cache.
 */
async function takeToken({ rate, log }: SignInPorts, key: string, bucket: Bucket): Promise<void> {
  const verdict = await rate.take(key, bucket).catch((error: unknown) => {
    log.warn('The rate limiter is away: a password is sent by the totals of the day alone.', { error })
    return { allowed: true } as const
  })
  if (!verdict.allowed) throw rateLimited('Too many passwords were requested.', verdict.retryAfterMs)
}

const rateLimited = (what: string, retryAfterMs: number) =>
  new PublicError('RATE_LIMITED', `${what} Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`, { retryAfterMs })

/** A new session, whose key is shown this once, and whose it is. */
export interface SignedIn {
  readonly session: NewSessionRow
  readonly user: PersonRow
}

/** The schema's `VerifyOtpPayload`. */
export interface SignIn {
  readonly session: SignedIn | null
  readonly failure: OtpFailure | null
  readonly triesLeft: number
}

/** Exchanges a password for a session, in one transaction: of any number of concurrent tries one signs in. */
export async function verifyCode(ports: SignInPorts, input: VerifyOtpInput): Promise<SignIn> {
  const { database, clock, announcer } = ports
  const address = parseAddress(input.address)
  const code = parseCode(input.code)
  const deviceId = await deviceFor(database, input.deviceId, input.deviceSecret)
  const { outcome, ended } = await database.transaction(async (sql): Promise<{ outcome: SignIn; ended: string[] }> => {
    const now = new Date(clock.now())
    const row = await lockCode(sql, address, now)
    const verdict = judge(row, address, code, now)
    if (verdict.failure === 'WRONG') await countWrongTry(sql, address, now)
    if (verdict.failure !== null) return { outcome: { ...verdict, session: null }, ended: [] }

    const known = await findPersonByAddress(sql, address)
    // Said only to who holds the code, so that nobody learns which addresses are known; and thrown, so that the code
    // stays good.
    if (!known && input.displayName == null) {
      throw badInput('displayName', 'The address is new here: send `displayName` with the same code.')
    }
    const user =
      known ??
      (await createPerson(sql, {
        id: v7({ msecs: now.getTime() }),
        address,
        displayName: parseDisplayName(input.displayName ?? ''),
        now,
      }))
    const session = {
      id: v7({ msecs: now.getTime() }),
      userId: user.id,
      deviceId,
      hmacKey: randomBytes(32),
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_TTL_MS),
    }
    await useUpCode(sql, address)
    const ended = await createSession(sql, session)
    return { outcome: { session: { session, user }, failure: null, triesLeft: 0 }, ended }
  })
  await announcer.announce(ended)
  return outcome
}

/** What a try comes to. The password's row is locked, and null where none was requested within a day. */
function judge(
  row: OtpRow | null,
  address: Address,
  code: Code,
  now: Date,
): { readonly failure: OtpFailure; readonly triesLeft: number } | { readonly failure: null } {
  if (!row?.codeHash || row.expiresAt <= now || row.triesLeft === 0) return { failure: 'EXPIRED', triesLeft: 0 }
  if (!opensCode({ salt: row.salt, hash: row.codeHash }, address, code)) {
    return { failure: 'WRONG', triesLeft: row.triesLeft - 1 }
  }
  return { failure: null }
}
