import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.ts'
import type { Log } from '../log/log.ts'
import { defineScript, openRedis, type RedisOptions } from '../redis/index.ts'
import type { SessionKeys } from './keys.ts'
import {
  CACHE_TTL_SECONDS,
  type CachedSession,
  type Ending,
  type SessionProof,
  TOMBSTONE_SECONDS,
  type SessionCache,
} from './sessions.ts'

export interface RedisSessionsOptions extends RedisOptions {
  readonly url: string
  /** Deliberately without default: two installations on one server would share their sessions. */
  readonly prefix: string
  readonly log: Log
  readonly ttlSeconds?: number
  readonly clock: Clock
  /** Encrypts the keys of sessions in Redis. */
  readonly keys: SessionKeys
}

/** Decrypted entries that a process remembers. Beyond it the least recently used is decrypted again. */
const MAX_OPENED = 20_000

/** Ids of one command, so that revoking very many does not block other commands. */
const REVOKE_BATCH = 500

/**
 * A value is `<expiresAtMs> <session as JSON>`, so that a script reads the first part without parsing the second; or
 * a tombstone, which is one of these.
 */
const TOMBSTONES: readonly string[] = ['revoked', 'replaced'] satisfies Ending[]
const isTombstone = (value: unknown): value is Ending => TOMBSTONES.includes(value as string)
const IS_TOMBSTONE = TOMBSTONES.map((text) => `value == '${text}'`).join(' or ')

const GET = `
local value = redis.call('get', KEYS[1])
if not value or ${IS_TOMBSTONE} then return value end
local left = tonumber(string.match(value, '^%d+')) - tonumber(ARGV[1])
if left <= 0 then
  redis.call('del', KEYS[1])
  return false
end
redis.call('pexpire', KEYS[1], string.format('%.0f', math.min(left, tonumber(ARGV[2]))))
return value`

const PUT = `
local value = redis.call('get', KEYS[1])
if ${IS_TOMBSTONE} then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1`

const REVOKE = `
for _, key in ipairs(KEYS) do redis.call('set', key, ARGV[2], 'ex', ARGV[1]) end
return #KEYS`

export async function openRedisSessions(options: RedisSessionsOptions): Promise<SessionCache> {
  const { url, prefix, log, clock, keys, ttlSeconds = CACHE_TTL_SECONDS } = options
  const redis = await openRedis(url, log, options)
  const getSession = defineScript(redis.client, 'parleySessionGet', GET)
  const putSession = defineScript(redis.client, 'parleySessionPut', PUT)
  const revokeSessions = defineScript(redis.client, 'parleySessionRevoke', REVOKE)
  const keyOf = (sessionId: string) => `${prefix}session:${sessionId}`

  /** Values that were read lately, with their opened key: an entry is decrypted once, not for each request. */
  const opened = new LRUCache<string, CachedSession>({ max: MAX_OPENED })
  /** What the last `get` or `put` of each session left in Redis. */
  const lately = new LRUCache<string, CachedSession & { readonly proof: SessionProof }>({ max: MAX_OPENED })
  const ttlMs = ttlSeconds * 1_000
  const read = (value: string): CachedSession | null => {
    let session = opened.get(value) ?? null
    if (session) return session
    session = parse(value, keys)
    if (session) opened.set(value, session)
    return session
  }

  let unsureUntilMs = -Infinity
  const unsure = () => {
    unsureUntilMs = clock.now()
  }
  /** A cache that this process could not reach may have missed a revocation too. */
  const ask = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command
    } catch (error) {
      unsure()
      throw error
    }
  }
  const back = redis.onBack(unsure)

  return {
    async get(sessionId) {
      const key = keyOf(sessionId)
      lately.delete(sessionId)
      const value = await ask(getSession([key], [clock.now(), ttlMs]))
      if (isTombstone(value)) return value
      const session = typeof value === 'string' ? read(value) : null
      if (session && typeof value === 'string') lately.set(sessionId, { ...session, proof: { key, value, ttlMs } })
      return session
    },
    remembered: (sessionId) => lately.get(sessionId) ?? null,
    unsureUntilMs: () => unsureUntilMs,
    async put(session, readAtMs) {
      const leftMs = Math.floor(Math.min(ttlSeconds * 1_000, session.expiresAtMs - clock.now()))
      if (leftMs <= 0) return
      const [key, cached] = [keyOf(session.sessionId), { ...session, readAtMs }]
      const value = format(cached, keys)
      const isPut = (await ask(putSession([key], [value, leftMs]))) === 1
      if (isPut) lately.set(session.sessionId, { ...cached, proof: { key, value, ttlMs } })
    },
    async revoke(sessionIds, ending = 'revoked') {
      for (let at = 0; at < sessionIds.length; at += REVOKE_BATCH)
        await ask(revokeSessions(sessionIds.slice(at, at + REVOKE_BATCH).map(keyOf), [TOMBSTONE_SECONDS, ending]))
    },
    [Symbol.asyncDispose]: () => {
      back[Symbol.dispose]()
      return redis[Symbol.asyncDispose]()
    },
  }
}

interface Stored extends Omit<CachedSession, 'hmacKey'> {
  readonly keyId: string
  readonly sealedKey: string
}

function format({ hmacKey, ...session }: CachedSession, keys: SessionKeys): string {
  const { keyId, sealed } = keys.seal(hmacKey, session)
  const stored: Stored = { ...session, keyId, sealedKey: sealed.toString('base64url') }
  return `${Math.floor(session.expiresAtMs)} ${JSON.stringify(stored)}`
}

/**
 * Parses what some version of `format` wrote. A value that cannot be read or decrypted counts as not cached, and is
 * replaced.
 */
function parse(value: string, keys: SessionKeys): CachedSession | null {
  try {
    const { keyId, sealedKey, ...session } = JSON.parse(value.slice(value.indexOf(' ') + 1)) as Stored
    return { ...session, hmacKey: keys.open({ keyId, sealed: Buffer.from(sealedKey, 'base64url') }, session) }
  } catch {
    return null // unreadable
  }
}
