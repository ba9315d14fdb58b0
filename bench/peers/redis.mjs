import { once } from 'node:events'
import { Redis } from 'ioredis'

/**
 * A connection that is ready. On one that is not yet, a subscription overtakes ioredis' own check whether the server is
 * loading, which then fails for good: nothing ever arrives.
 */
export async function openRedis(url) {
  const redis = new Redis(url)
  await once(redis, 'ready')
  return redis
}
