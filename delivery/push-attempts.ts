import { type Backoff, backoffMs, pause } from '../platform/backoff.ts'
import type { Log } from '../platform/log/log.ts'
import {
  DeadTokenError,
  RefusedPushError,
  RetryLaterError,
  type PushDecision,
  type PushSender,
} from '../platform/push/push.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { parkPush, type Parked } from './parked.ts'
import { retryForever, Stopped } from './retry.ts'

/** Maximum tries of one push before it is parked: with the pauses below, they last more than a minute. */
const TRIES = 10
const PAUSES: Backoff = { firstMs: 200, mostMs: 30_000 }
/** A push whose provider asks for a longer pause is parked for it, so that it keeps no other push from being sent. */
const MOST_PAUSE_MS = 30_000

/**
 * Pushes, of all users, that a provider did not take and that wait in their places for the next try: a quarter of the places.
 * Users name the hosts of Web Push, so many accounts with hosts that never answer could otherwise fill all. Beyond it a push
 * that fails is parked at once.
 */
const MAX_RETRYING = 256

/** Pauses between the times that a parked push is tried again. */
const PARKED: Backoff = { firstMs: 60_000, mostMs: 30 * 60_000 }
/** What is older is of no use: the app fetches it when it is opened. */
const OLDEST_MS = 24 * 60 * 60_000

export interface AttemptsDeps {
  readonly sender: PushSender
  /** Keeps pushes that the provider does not take. */
  readonly database: Sql
  /** Takes a token that its service calls dead from the device. */
  readonly dropToken: (deviceId: string, token: string) => Promise<void>
  readonly log: Log
  readonly signal: AbortSignal
}

export interface AttemptsOptions {
  readonly tries?: number
  readonly maxRetrying?: number
  readonly pauses?: Backoff
  /** Pauses between the times that a parked push is tried again. */
  readonly parkedPauses?: Backoff
}

/** `parked`: it is tried again later, or an admin finds it. */
export type Attempted = 'sent' | 'dead_token' | 'parked' | 'given_up'

export interface Attempts {
  /** Tries a push until the provider takes it, calls its token dead, or refuses it for good or for too long. */
  send(push: PushDecision & Parked, onFailure: () => void): Promise<Attempted>
  /** Parks a push without a try. */
  setAside(push: PushDecision & Parked): Promise<Attempted>
}

export function makeAttempts(
  { sender, database, dropToken, log, signal }: AttemptsDeps,
  { tries = TRIES, pauses = PAUSES, parkedPauses = PARKED, maxRetrying = MAX_RETRYING }: AttemptsOptions,
): Attempts {
  const park = async (
    push: PushDecision & Parked,
    attempt: number,
    error: unknown,
    leastMs = 0,
  ): Promise<Attempted> => {
    const { userId, deviceId, firstAt, parks = 0 } = push
    const ageMs = firstAt === undefined ? 0 : Date.now() - Date.parse(firstAt)
    const mayRetry = !(error instanceof RefusedPushError) && ageMs < OLDEST_MS
    const retryMs = mayRetry ? Math.max(leastMs, Math.round(backoffMs(parks + 1, parkedPauses))) : null
    log.error(
      mayRetry
        ? 'A push was parked: the provider does not take it now.'
        : 'A push was parked: the provider refuses it for good.',
      { userId, deviceId, attempt, retryMs, error },
    )
    await retryForever('park a push', () => parkPush(database, push, String(error), retryMs), { signal, log })
    return mayRetry ? 'parked' : 'given_up'
  }

  const drop = async ({ userId, deviceId, token }: PushDecision, error: DeadTokenError): Promise<Attempted> => {
    log.info('A push token is dead: the device loses it.', { userId, deviceId, error })
    if (token !== null) await retryForever('drop a dead token', () => dropToken(deviceId, token), { signal, log })
    return 'dead_token'
  }

  let retrying = 0

  const send: Attempts['send'] = async (push, onFailure) => {
    let failed = false
    try {
      return await tryToSend(push, () => {
        if (!failed) retrying++
        failed = true
        onFailure()
      })
    } finally {
      if (failed) retrying--
    }
  }

  const tryToSend = async (push: PushDecision & Parked, onFailure: () => void): Promise<Attempted> => {
    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) throw new Stopped('Stopped while it sent a push.')
      let pauseMs = backoffMs(attempt, pauses)
      try {
        await sender.send(push)
        return 'sent'
      } catch (error) {
        if (error instanceof DeadTokenError) return drop(push, error)
        const mayWait = attempt > 1 || retrying < maxRetrying
        if (error instanceof RefusedPushError || attempt >= tries || !mayWait) return park(push, attempt, error)
        if (error instanceof RetryLaterError) {
          if (error.afterMs > MOST_PAUSE_MS) return park(push, attempt, error, error.afterMs)
          pauseMs = Math.max(pauseMs, error.afterMs)
        }
        onFailure()
        const { userId, deviceId } = push
        log.warn('A push failed: retrying.', { userId, deviceId, attempt, error })
      }
      await pause(pauseMs, signal)
    }
  }
  return {
    send,
    setAside: (push) => park(push, 0, new Error('Others of the user wait for a provider that does not take them.')),
  }
}
