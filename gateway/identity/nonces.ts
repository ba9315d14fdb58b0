import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { DurableNonceGuard, NonceGuard } from '../../platform/nonces/nonces.ts'
import { makeAwayLog } from '../../platform/log/away.ts'
import { AHEAD_MS, MAX_SKEW_MS } from './skew.ts'

/** A timestamp is good for five minutes before and after now; a nonce must outlive both. */
export const NONCE_TTL_SECONDS = 11 * 60

export interface NoncesDeps {
  readonly guard: NonceGuard
  /** Asked while the other is away, and for what the other would forget; leave it out where nothing is durable. */
  readonly standIn?: DurableNonceGuard
  readonly clock: Clock
  readonly log: Log
}

/** Signed and not yet here when the guard went away: such requests are taken, or each outage would refuse some. */
const UNDER_WAY_MS = 2_000

/** How long this process remembers by itself what it took: as old as a request may be that is taken after an outage began. */
const RECENT_MS = UNDER_WAY_MS + AHEAD_MS
/** More than one process takes in that time; beyond it the older half is forgotten. */
const MAX_RECENT = 50_000

/** `forgotten`: the request is older than what the guard remembers, so it may have been taken before. */
export type TakenNonce = 'taken' | 'replayed' | 'forgotten'

/** `taken` once per session and nonce. To be called only after the signature was found good: each call keeps something. */
export type TakeNonce = (sessionId: string, nonce: string, timestampMs: number) => Promise<TakenNonce>

/**
 * Each request is taken once, also over a restart of whatever remembers it (a process with its memory, a Redis that comes
 * back empty), and at the cost of one guard for nearly all:
 *
 * - A request from before the guard was born is refused: its client signs anew.
 * - One whose clock goes ahead could be older than it says. Its nonce is kept in PostgreSQL as well, and a guard that is
 *   younger than the skew asks there too, if anything is kept there at all.
 *
 * While the guard is away its stand-in answers. For as long as what the stand-in took could be replayed, both are asked, so
 * that coming back opens no gap; what is older than the outage is refused, since the guard may have taken it. What was taken
 * in the moments before an outage, each process remembers by itself. What remains: a request that one process took in the
 * last two seconds before an outage, sent again to another process. A write that must not double carries a key of its own.
 */
export function makeTakeNonce({ guard, standIn, clock, log }: NoncesDeps): TakeNonce {
  const guardAway = makeAwayLog(log, clock, 'The nonce guard is away: nonces are kept in PostgreSQL.')
  let bothUntilMs = -Infinity
  /** Since when the stand-in has everything that is taken, until `bothUntilMs`. */
  let bothSinceMs = Infinity
  const recent = makeRecent(clock)
  /** Of the guard of that birth: whether PostgreSQL keeps anything from before it. */
  let look: { readonly bornMs: number; readonly holdsAny: Promise<boolean> } | undefined

  const keptBefore = (durable: DurableNonceGuard, bornMs: number): Promise<boolean> => {
    if (look?.bornMs !== bornMs) {
      const holdsAny = durable.holdsAny()
      look = { bornMs, holdsAny }
      // One that failed is no answer: the next request looks again.
      holdsAny.catch(() => (look = undefined))
    }
    return look.holdsAny
  }
  /** Whether a guard of this birth cannot know alone about a request of this time. */
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
      guardAway(error)
      const now = clock.now()
      if (now >= bothUntilMs) bothSinceMs = nowMs
      bothUntilMs = now + NONCE_TTL_SECONDS * 1000
      if (timestampMs < bothSinceMs - UNDER_WAY_MS) return 'forgotten'
      return durably || (await takeDurably()) ? 'taken' : 'replayed'
    }
    const inBoth = durably && nowMs < bothUntilMs && timestampMs >= bothSinceMs
    if (timestampMs < guard.bornMs() && !inBoth) return 'forgotten'
    // It turned out to be another one than before: PostgreSQL is asked after all.
    if (standIn && !durably && guard.bornMs() !== bornMs && (await needsDurable(standIn, timestampMs, nowMs)))
      return (await takeDurably()) ? 'taken' : 'replayed'
    return 'taken'
  }

  return async (sessionId, nonce, timestampMs) => {
    const taken = await take(sessionId, nonce, timestampMs)
    return taken !== 'taken' || recent.add(JSON.stringify([sessionId, nonce])) ? taken : 'replayed'
  }
}

/** What was added in the last `RECENT_MS` at least, in two halves: the older one is dropped as a whole. */
function makeRecent(clock: Clock) {
  let [older, newer] = [new Set<string>(), new Set<string>()]
  let sinceMs = clock.now()
  return {
    /** False for what is in it already. */
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
