import { PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import { REQUESTS_PER_PAIR } from '../limits.ts'
import type { FriendsPorts } from './ports.ts'

/**
 * Takes one new request of the viewer to the other user, or throws RATE_LIMITED. One that changes nothing takes none. It does
 * not depend on what the other user sees of it, so it tells nobody of a block. While the limiter is down it passes: a
 * request is no secret, and the rates of the gateway remain.
 */
export async function takeRequest(
  { identity, friendStatuses, rate, log }: Pick<FriendsPorts, 'identity' | 'friendStatuses' | 'rate' | 'log'>,
  other: string,
): Promise<void> {
  const { userId } = requireUser(identity)
  const otherId = parseId(other)
  if (otherId === null || otherId === userId || (await friendStatuses.load(otherId)) !== 'NONE') return
  const verdict = await rate.take(`friends.request:${userId} ${otherId}`, REQUESTS_PER_PAIR).catch((error: unknown) => {
    log.warn('The rate limiter is down: friend requests are limited by the rates of the gateway alone.', { error })
    return { allowed: true } as const
  })
  if (verdict.allowed) return
  const { retryAfterMs } = verdict
  throw new PublicError('RATE_LIMITED', 'You have asked this user too often: retry after `retryAfterMs`.', {
    retryAfterMs,
  })
}
