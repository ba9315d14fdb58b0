import { Redis } from 'ioredis'

/** A plain client, to look at what an adapter keeps in Redis and to change it. */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

export async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) keys.push(...(page as string[]))
  return keys
}

/** Lets `ms` pass for everything that expires under a prefix: Redis's own clock cannot be moved. */
export async function ageKeys(redis: Redis, prefix: string, ms: number): Promise<void> {
  for (const key of await keysOf(redis, prefix)) {
    const leftMs = await redis.pttl(key)
    if (leftMs >= 0) await redis.pexpire(key, leftMs - ms) // not positive: Redis removes it at once
  }
}

export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  const keys = await keysOf(redis, prefix)
  if (keys.length > 0) await redis.unlink(...keys)
}
