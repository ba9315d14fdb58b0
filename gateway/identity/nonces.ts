import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { DurableNonceGuard, NonceGuard, Unchanged } from '../../platform/nonces/nonces.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import { AHEAD_MS, MAX_SKEW_MS } from './skew.ts'

/**
 * A timestamp is valid for five minutes before and after now; a nonce must be remembered for longer than both
 * together.
 */
export const NONCE_TTL_SECONDS = 11 * 60

export interface NoncesDeps {
  readonly guard: NonceGuard
  /**
   * Used while `guard` is unavailable, and for nonces that `guard` would forget. Leave it out if there is no durable
   * store.
   */
  readonly standIn?: DurableNonceGuard
  readonly clock: Clock
  readonly log: Log
}

/**
 * Requests signed this long before an outage are still accepted; otherwise each outage would refuse those in transit.
 */
const UNDER_WAY_MS = 2_000

/**
 * How long this process itself remembers accepted nonces: the maximum age of a request accepted after an outage began.
 */
const RECENT_MS = UNDER_WAY_MS + AHEAD_MS
/** More than one process accepts in that time. Beyond it the older half is forgotten. */
const MAX_RECENT = 50_000

/**
 * `stale`: the session's entry is no longer what the caller remembers, or could not be checked; nothing was taken.
 * `forgotten`: the request is older than the guard's memory, so it may have been accepted before.
 */
export type TakenNonce = 'taken' | 'replayed' | 'forgotten' | 'stale'

/**
 * Returns `taken` once per session and nonce. Must only be called after the signature was verified, because each call
 * stores data.
 */
export type TakeNonce = (
  sessionId: string,
  nonce: string,
  timestampMs: number,
  /** The session was not read for this request: its cache entry must still be this one. */
  unchanged?: Unchanged,
) => Promise<TakenNonce>

/**
 * Accepts each request once, even across a restart of the store that remembers nonces (the memory of a process, or a
 * Redis that comes back empty), with one guard call for nearly all requests:
 *
 * - A request from before the guard's start is refused: its client signs again.
 * - A request from a clock that is ahead may be older than its timestamp. Its nonce is also kept in PostgreSQL, and as long as
 *   the guard is younger than the maximum skew, PostgreSQL is asked too, if it keeps any nonce.
 *
 * While the guard is unavailable its stand-in answers. As long as a request that the stand-in accepted could be
 * replayed, both are asked, so that the guard's return opens no gap. Requests from before the outage are refused,
 * because the guard may have accepted them; each process itself remembers those of the last moments before it. One gap
 * remains: a request that one process accepted in the last two seconds before an outage can be replayed to another
 * process. A write that must not happen twice has an idempotency key.
 */
export function makeTakeNonce({ guard, standIn, clock, log }: NoncesDeps): TakeNonce {
  const reportGuardOutage = makeOutageLog(log, clock, 'The nonce guard is down: nonces are kept in PostgreSQL.')
  let bothUntilMs = -Infinity
  /** From this time until `bothUntilMs` the stand-in has every accepted nonce. */
  let bothSinceMs = Infinity
  const recent = makeRecent(clock)
  /** Whether PostgreSQL keeps nonces from before the start of the current guard. */
  let lookup: { readonly bornMs: number; readonly holdsAny: Promise<boolean> } | undefined

  const keptBefore = (durable: DurableNonceGuard, bornMs: number): Promise<boolean> => {
    if (lookup?.bornMs !== bornMs) {
      const holdsAny = durable.holdsAny()
      lookup = { bornMs, holdsAny }
      // A failed lookup is not cached: the next request repeats it.
      holdsAny.catch(() => (lookup = undefined))
    }
    return lookup.holdsAny
  }
  /** Whether a guard with this start time cannot decide alone about a request with this timestamp. */
  const needsDurable = async (durable: DurableNonceGuard, timestampMs: number, nowMs: number) => {
    if (nowMs < bothUntilMs || timestampMs > nowMs + AHEAD_MS) return true
    const bornMs = guard.bornMs()
    return timestampMs <= bornMs + MAX_SKEW_MS && keptBefore(durable, bornMs)
  }

  const take: TakeNonce = async (sessionId, nonce, timestampMs) => {
    const nowMs = clock.now()
    const takeDurably = async () => !standIn || standIn.take(sessionId, nonce, NONCE_TTL_SECONDS)
    let durably = false
    if (standIn && (await needsDurable(standIn, timestampMs, nowMs))) {
      durably = true
      if (!(await takeDurably())) return 'replayed'
    }
    const bornMs = guard.bornMs()
    try {
      if (!(await guard.take(sessionId, nonce, NONCE_TTL_SECONDS))) return 'replayed'
    } catch (error) {
      if (!standIn) throw error
      reportGuardOutage(error)
      const now = clock.now()
      if (now >= bothUntilMs) bothSinceMs = nowMs
      bothUntilMs = now + NONCE_TTL_SECONDS * 1000
      if (timestampMs < bothSinceMs - UNDER_WAY_MS) return 'forgotten'
      return durably || (await takeDurably()) ? 'taken' : 'replayed'
    }
    const inBoth = durably && nowMs < bothUntilMs && timestampMs >= bothSinceMs
    if (timestampMs < guard.bornMs() && !inBoth) return 'forgotten'
    // The guard was replaced during the call, so PostgreSQL must be asked after all.
    if (standIn && !durably && guard.bornMs() !== bornMs && (await needsDurable(standIn, timestampMs, nowMs)))
      return (await takeDurably()) ? 'taken' : 'replayed'
    return 'taken'
  }

  /** In one round trip with the check of the session, where the guard can decide alone. */
  const takeIf = async (
    unchanged: Unchanged,
    sessionId: string,
    nonce: string,
    timestampMs: number,
  ): Promise<TakenNonce> => {
    const nowMs = clock.now()
    if (!guard.takeIf || (standIn && (await needsDurable(standIn, timestampMs, nowMs)))) return 'stale'
    const bornMs = guard.bornMs()
    try {
      const taken = await guard.takeIf(unchanged, sessionId, nonce, NONCE_TTL_SECONDS)
      if (taken === 'changed') return 'stale'
      if (!taken) return 'replayed'
    } catch (error) {
      // The session is read from PostgreSQL then, and the nonce is taken there. This one may have been taken.
      reportGuardOutage(error)
      return 'stale'
    }
    if (timestampMs < guard.bornMs()) return 'forgotten'
    if (standIn && guard.bornMs() !== bornMs && (await needsDurable(standIn, timestampMs, nowMs)))
      return (await standIn.take(sessionId, nonce, NONCE_TTL_SECONDS)) ? 'taken' : 'replayed'
    return 'taken'
  }

  return async (sessionId, nonce, timestampMs, unchanged) => {
    const taken = await (unchanged
      ? takeIf(unchanged, sessionId, nonce, timestampMs)
      : take(sessionId, nonce, timestampMs))
    return taken !== 'taken' || recent.add(JSON.stringify([sessionId, nonce])) ? taken : 'replayed'
  }
}

/** Remembers at least the last `RECENT_MS`, in two halves: the older one is dropped as a whole. */
function makeRecent(clock: Clock) {
  let [older, newer] = [new Set<string>(), new Set<string>()]
  let sinceMs = clock.now()
  return {
    /** False if the pair is already known. */
    add(pair: string): boolean {
      const ageMs = clock.now() - sinceMs
      if (ageMs >= RECENT_MS || newer.size >= MAX_RECENT / 2) {
        older = ageMs >= 2 * RECENT_MS ? new Set() : newer
        newer = new Set()
        sinceMs += ageMs
      }
      if (newer.has(pair) || older.has(pair)) return false
      newer.add(pair)
      return true
    },
  }
}
