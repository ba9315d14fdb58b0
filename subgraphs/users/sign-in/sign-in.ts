import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, PublicError } from '../../errors.ts'
import { claimPushTarget } from '../devices/push-store.ts'
import { deviceFor } from '../devices/rules.ts'
import { countRecent, remainingOf } from './allowance.ts'
import { newCode, opensCode, sealCode } from './codes.ts'
import type { OtpFailure, VerifyOtpInput } from '../generated/resolvers.ts'
import { parseDisplayName } from '../people/input.ts'
import { parseAddress, parseCode } from './input.ts'
import type { SignInPorts } from './ports.ts'
import {
  CODE_TTL_MS,
  CODES_PER_ADDRESS,
  LONG_DIGITS,
  SHORT_DIGITS,
  WRONG_BY_KNOWN,
  WRONG_BY_STRANGERS,
} from '../limits.ts'
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
import { recordSecurityEvent } from '../security-log/store.ts'
import { appendEnded, appendStarted } from '../sessions/tell.ts'
import { sessionsEnded } from '../sessions/log.ts'
import { createPerson, findIdByAddress, lockPersonByAddress, type PersonRow } from '../people/store.ts'
import { refusedAsSuspended, suspensionNow } from '../suspension/suspend.ts'
import type { SuspensionRow } from '../suspension/store.ts'
import { createSession, type NewSessionRow } from '../sessions/store.ts'

type Claim = Pick<VerifyOtpInput, 'deviceId' | 'deviceSecret' | 'address'>

/** How many wrong tries six-digit codes still allow. */
const shortTriesLeft = ({ known }: Counted, past: PastRow, now: Date): number =>
  Math.max(0, (known ? WRONG_BY_KNOWN : WRONG_BY_STRANGERS) - countRecent(past.wrongAt, now))

/**
 * Sends a password to an address, for this device alone. Only for a device that was signed in to the account does it
 * check whether the address has one, so neither the answer nor its timing reveals that to strangers.
 */
export async function requestCode(ports: SignInPorts, input: Claim): Promise<{ readonly expiresAt: Date }> {
  const { database, otpLimits, otp, clock, log } = ports
  const address = parseAddress(input.address)
  // By the form of the address alone, so it says nothing about any account.
  if (otp.carries?.(address) === false)
    throw badInput(
      'address',
      'This server cannot send passwords to `address`: use the other kind, e-mail or telephone.',
    )
  const { deviceId, known } = await deviceFor(database, input, address)
  const now = new Date(clock.now())
  // Devices that were signed in before have an allowance of their own, which strangers cannot use up.
  const counted = { address, known }
  const waitMsOf = (past: PastRow) => remainingOf(CODES_PER_ADDRESS, past.sentAt, now).waitMs

  await otpLimits.takeOfDevice(deviceId)
  // Checked before the shared limits, so that requests for an address without allowance use up nothing of those.
  const waitMs = waitMsOf(await findPast(database, counted))
  if (waitMs > 0) throw otpLimits.refused(waitMs)
  await otpLimits.takeOfAll({ address, clientNetwork: ports.clientNetwork, known })

  const expiresAt = new Date(now.getTime() + CODE_TTL_MS)
  const made = await database.transaction(async (sql) => {
    const past = await lockPast(sql, counted, now)
    const lateWaitMs = waitMsOf(past)
    if (lateWaitMs > 0) return { lateWaitMs }
    await keepPast(sql, counted, { ...past, sentAt: [...past.sentAt, now] }, now)
    const isLong = shortTriesLeft(counted, past, now) === 0
    const code = newCode(isLong ? LONG_DIGITS : SHORT_DIGITS)
    await replaceCode(sql, { address, deviceId, sealed: sealCode(address, code), isLong, expiresAt })
    return { code }
  })
  if ('lateWaitMs' in made) throw otpLimits.refused(made.lateWaitMs)
  const { code } = made
  try {
    await otp.send({ to: address, code, expiresAt })
  } catch (error) {
    log.warn('A one-time password could not be sent.', { error })
    throw new PublicError('UNAVAILABLE', 'The password could not be sent: request it again.', {}, { cause: error })
  }
  otpLimits.sent()
  return { expiresAt }
}

/** A new session, whose key is returned only once, and its user. */
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

type Verified =
  | { readonly outcome: SignIn; readonly ended: readonly string[]; readonly isTold: boolean }
  | { readonly suspension: SuspensionRow }

/** Exchanges a password for a session, in one transaction: of any number of concurrent tries, one signs in. */
export async function verifyCode(ports: SignInPorts, input: VerifyOtpInput): Promise<SignIn> {
  const { bus, log, announcer } = ports
  let verified = await tryCode(ports, input)
  while (verified === 'ACCOUNT_MADE') verified = await tryCode(ports, input)
  // Only a client with the right code is told, so that nobody else learns of the suspension.
  if ('suspension' in verified) throw refusedAsSuspended(verified.suspension)
  const { outcome, ended, isTold } = verified
  await announcer.announce(ended, 'REPLACED')
  if (outcome.session && isTold) announceAppended(bus, outcome.session.user.id, log)
  return outcome
}

/** ACCOUNT_MADE: another device's sign-in has made the account since this one began, and this one has changed nothing. */
async function tryCode(ports: SignInPorts, input: VerifyOtpInput): Promise<Verified | 'ACCOUNT_MADE'> {
  const { database, eventLog, clock, clientNetwork, sessionRules: rules } = ports
  const address = parseAddress(input.address)
  const code = parseCode(input.code)
  const { deviceId, known: knownDevice } = await deviceFor(database, input, address)
  const refuse = (failure: OtpFailure, triesLeft: number) => ({
    outcome: { failure, triesLeft, session: null },
    ended: [],
    isTold: false,
  })
  // A device learns only about its own requests: neither the answer nor the statements before it depend on another
  // device's code.
  const requested = await findCode(database, { address, deviceId, lock: false })
  if (!isLive(requested, new Date(clock.now()))) return refuse('EXPIRED', 0)
  const expectedId = await findIdByAddress(database, address)
  return database.transaction(async (sql): Promise<Verified | 'ACCOUNT_MADE'> => {
    // The first statement, so that the user's events have the order of the sign-ins and endings that they tell of. Without
    // an account it locks the device, so that the statements do not depend on whether there is one.
    await eventLog.lock(sql, expectedId ?? deviceId)
    const now = new Date(clock.now())
    const counted = { address, known: knownDevice }
    const past = await lockPast(sql, counted, now)
    const row = await findCode(sql, { address, deviceId, lock: true })
    if (!isLive(row, now)) return refuse('EXPIRED', 0)
    const left = row.isLong ? row.triesLeft : Math.min(row.triesLeft, shortTriesLeft(counted, past, now))
    if (left === 0) return refuse('EXPIRED', 0)
    if (!opensCode({ salt: row.salt, hash: row.codeHash }, address, code)) {
      await countWrongTry(sql, address, deviceId)
      // Only tries of a live password are recorded, and each password allows a few, so the limits on sending bound the rows.
      await recordSecurityEvent(sql, {
        kind: 'SIGN_IN_FAILED',
        at: now,
        user: { withAddress: address },
        actor: { kind: 'STRANGER' },
        deviceId,
        clientNetwork,
      })
      // Wrong tries of long codes are limited by the number of codes sent.
      if (!row.isLong) await keepPast(sql, counted, { ...past, wrongAt: [...past.wrongAt, now] }, now)
      return refuse('WRONG', left - 1)
    }

    const known = await lockPersonByAddress(sql, address)
    if (known && known.id !== expectedId) return 'ACCOUNT_MADE'
    // Only a client with the right code is told, so that nobody else learns which addresses are known. It is thrown,
    // so that the transaction rolls back and the code stays valid.
    if (!known && input.displayName == null) {
      throw badInput('displayName', 'The address is new here: send `displayName` with the same code.')
    }
    const suspension = known?.state === 'SUSPENDED' ? await suspensionNow(sql, known.id, now) : null
    if (suspension) {
      await useUpCode(sql, address, deviceId)
      const about = {
        at: now,
        user: { withAddress: address },
        actor: { kind: 'STRANGER' },
        deviceId,
        clientNetwork,
      } as const
      await recordSecurityEvent(sql, { ...about, kind: 'SIGN_IN_REFUSED', detail: { reason: 'SUSPENDED' } })
      return { suspension }
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
      expiresAt: new Date(now.getTime() + Math.min(rules.idleMs, rules.maxAgeMs)),
      lastExpiresAt: new Date(now.getTime() + rules.maxAgeMs),
      idleMs: rules.idleMs,
    }
    await useUpCode(sql, address, deviceId)
    const ended = await createSession(sql, session, rules.policy, ports.sessionKeys)
    await claimPushTarget(sql, deviceId)
    const about = {
      at: now,
      user,
      actor: { kind: 'USER', id: user.id },
      deviceId,
      clientNetwork,
    } as const
    await recordSecurityEvent(
      sql,
      { ...about, kind: 'SIGNED_IN', sessionId: session.id },
      ...sessionsEnded(ended, 'REPLACED', { ...about, actor: { kind: 'SYSTEM' } }),
    )
    const isNewDevice = known !== null && !knownDevice
    if (isNewDevice) await appendStarted(ports, sql, { userId: user.id, sessionId: session.id, deviceId })
    await appendEnded(ports, sql, { userId: user.id, sessionIds: ended, deviceId })
    const outcome = { session: { session, user }, failure: null, triesLeft: 0 }
    return { outcome, ended, isTold: isNewDevice || ended.length > 0 }
  })
}

/** A password that can still be tried: unused, not expired, with tries left. */
function isLive(row: CodeRow | null, now: Date): row is CodeRow & { readonly codeHash: Buffer } {
  return row !== null && row.codeHash !== null && row.expiresAt > now && row.triesLeft > 0
}
