import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { badInput, PublicError } from '../../errors.ts'
import { deviceFor } from '../devices/rules.ts'
import { type Left, leftOf } from './allowance.ts'
import { newCode, opensCode, sealCode } from './codes.ts'
import type { Context } from '../context.ts'
import type { OtpFailure, VerifyOtpInput } from '../generated/resolvers.ts'
import { parseDisplayName } from '../people/input.ts'
import { type Address, parseAddress, parseCode } from './input.ts'
import { CODE_TTL_MS, CODES_PER_ADDRESS, SESSION_TTL_MS, WRONG_BY_KNOWN, WRONG_BY_STRANGERS } from '../limits.ts'
import {
  type CodeRow,
  type Counted,
  countWrongTry,
  findCode,
  findPast,
  keepPast,
  lockPast,
  type PastRow,
  replaceCode,
  useUpCode,
} from './store.ts'
import { createPerson, findPersonByAddress, type PersonRow } from '../people/store.ts'
import { createSession, type NewSessionRow } from '../sessions/store.ts'

type SignInPorts = Pick<Context, 'database' | 'otpLimits' | 'clientNetwork' | 'otp' | 'clock' | 'log' | 'announcer'>
type Claim = Pick<VerifyOtpInput, 'deviceId' | 'deviceSecret' | 'address'>

/** What counts for a request or a try, and what is left of it. */
interface Counting {
  readonly counted: Counted
  readonly past: PastRow
  readonly wrong: Left
}

/** What counts for a known device is its own, and when its wrong tries are used up, what strangers have. */
async function countingFor(
  address: Address,
  known: boolean,
  now: Date,
  read: (counted: Counted) => Promise<PastRow>,
): Promise<Counting> {
  if (known) {
    const counted = { address, known }
    const past = await read(counted)
    const wrong = leftOf(WRONG_BY_KNOWN, past.wrongAt, now)
    if (wrong.left > 0) return { counted, past, wrong }
  }
  const counted = { address, known: false }
  const past = await read(counted)
  return { counted, past, wrong: leftOf(WRONG_BY_STRANGERS, past.wrongAt, now) }
}

/**
 * Sends a password to an address, for this device alone. Whether the address has an account is looked at only for devices
 * that were signed in to it, so neither the answer nor its time tells it to others.
 */
export async function requestCode(ports: SignInPorts, input: Claim): Promise<{ readonly expiresAt: Date }> {
  const { database, otpLimits, otp, clock, log } = ports
  const address = parseAddress(input.address)
  const { deviceId, known } = await deviceFor(database, input, address)
  const now = new Date(clock.now())
  const waitMsOf = ({ past, wrong }: Counting) =>
    Math.max(leftOf(CODES_PER_ADDRESS, past.sentAt, now).waitMs, wrong.waitMs)

  await otpLimits.takeOfDevice(deviceId)
  // Before the limits that are everybody's, so that asking for an address that gets none uses nothing of theirs up.
  const expected = await countingFor(address, known, now, (counted) => findPast(database, counted))
  const waitMs = waitMsOf(expected)
  if (waitMs > 0) throw otpLimits.refused(waitMs)
  await otpLimits.takeOfAll({ address, clientNetwork: ports.clientNetwork, known: expected.counted.known })

  const code = newCode()
  const expiresAt = new Date(now.getTime() + CODE_TTL_MS)
  const lateWaitMs = await database.transaction(async (sql) => {
    const counting = await countingFor(address, known, now, (counted) => lockPast(sql, counted, now))
    const wait = waitMsOf(counting)
    if (wait > 0) return wait
    const { counted, past } = counting
    await keepPast(sql, counted, { ...past, sentAt: [...past.sentAt, now] }, now)
    await replaceCode(sql, { address, deviceId, sealed: sealCode(address, code), expiresAt })
    return 0
  })
  if (lateWaitMs > 0) throw otpLimits.refused(lateWaitMs)
  try {
    await otp.send({ to: address, code, expiresAt })
  } catch (error) {
    log.warn('A one-time password could not be sent.', { error })
    throw new PublicError('UNAVAILABLE', 'The password could not be sent: request it again.', {}, { cause: error })
  }
  otpLimits.sent()
  return { expiresAt }
}

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
  const { deviceId, known: knownDevice } = await deviceFor(database, input, address)
  const { outcome, ended } = await database.transaction(async (sql): Promise<{ outcome: SignIn; ended: string[] }> => {
    const now = new Date(clock.now())
    const refuse = (failure: OtpFailure, triesLeft: number) => ({
      outcome: { failure, triesLeft, session: null },
      ended: [],
    })
    // A device learns of its own requests alone: whether a code is on its way to somebody else's, neither the answer nor
    // the statements before it depend on.
    if (!isLive(await findCode(sql, { address, deviceId, lock: false }), now)) return refuse('EXPIRED', 0)
    const counting = await countingFor(address, knownDevice, now, (counted) => lockPast(sql, counted, now))
    const { counted, past, wrong } = counting
    const row = await findCode(sql, { address, deviceId, lock: true })
    if (!isLive(row, now) || wrong.left === 0) return refuse('EXPIRED', 0)
    if (!opensCode({ salt: row.salt, hash: row.codeHash }, address, code)) {
      await countWrongTry(sql, address, deviceId)
      await keepPast(sql, counted, { ...past, wrongAt: [...past.wrongAt, now] }, now)
      return refuse('WRONG', Math.min(row.triesLeft, wrong.left) - 1)
    }

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
    await useUpCode(sql, address, deviceId)
    const ended = await createSession(sql, session)
    return { outcome: { session: { session, user }, failure: null, triesLeft: 0 }, ended }
  })
  await announcer.announce(ended)
  return outcome
}

/** A password that can still be tried: requested, not used, not over, and not tried too often. */
function isLive(row: CodeRow | null, now: Date): row is CodeRow & { readonly codeHash: Buffer } {
  return row !== null && row.codeHash !== null && row.expiresAt > now && row.triesLeft > 0
}
