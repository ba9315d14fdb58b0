import { randomBytes, randomUUID } from 'node:crypto'
import { signRequest } from '../../client/sign.ts'
import type { IncomingRequest } from '../../gateway/core/types.ts'
import { makeIdentify } from '../../gateway/identity/identify.ts'
import { makeTakeNonce } from '../../gateway/identity/nonces.ts'
import { makeFindSession } from '../../gateway/identity/sessions.ts'
import { makeLimit } from '../../gateway/policy/rate.ts'
import { systemClock as clock } from '../../platform/clock/clock.ts'
import { silentLog as log } from '../../platform/log/log.ts'
import { openMemoryNonces, openRedisNonces } from '../../platform/nonces/index.ts'
import { openMemoryRate, openRedisRate } from '../../platform/rate/index.ts'
import { makeSessionKeys, openMemorySessions, openRedisSessions } from '../../platform/sessions/index.ts'

/** Requests of one round, and how many are under way at a time. */
const REQUESTS = 4_000
const UNDER_WAY = 16
const ROUNDS = 3
const BODY = Buffer.from('{"query":"{ me { id } }"}')

const keys = makeSessionKeys(randomBytes(32).toString('hex'))
const session = {
  sessionId: randomUUID(),
  userId: randomUUID(),
  deviceId: randomUUID(),
  hmacKey: randomBytes(32),
  expiresAtMs: clock.now() + 3_600_000,
}
const wide = { burst: 1e9, perSecond: 1e9 }

async function openPorts(url: string | undefined) {
  // The guard in memory accepts a request only if it was signed after its start.
  if (url === undefined)
    return {
      cache: openMemorySessions({ clock }),
      nonces: openMemoryNonces({ clock, bornMs: 0 }),
      limiter: openMemoryRate({ clock }),
    }
  const options = { url, prefix: `bench:${randomUUID()}:`, log, clock }
  return {
    cache: await openRedisSessions({ ...options, keys }),
    nonces: await openRedisNonces(options),
    limiter: await openRedisRate(options),
  }
}

/** Signed before the clock of the round starts: signing is the client's work. */
async function makeRequests(): Promise<IncomingRequest[]> {
  const signed = { session: { id: session.sessionId, hmacKey: session.hmacKey.toString('base64url') } }
  return Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const headers = await signRequest({ ...signed, method: 'POST', target: '/graphql', body: BODY.toString() })
      return {
        transport: 'http' as const,
        method: 'POST',
        target: '/graphql',
        body: BODY,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        rawHeaders: [],
        remoteAddress: '127.0.0.1',
        requestId: 'bench',
      }
    }),
  )
}

async function measure(name: string, url: string | undefined): Promise<void> {
  const { cache, nonces, limiter } = await openPorts(url)
  let calls = 0
  const counted = <Args extends unknown[], Result>(call: (...args: Args) => Result) => {
    return (...args: Args) => {
      calls++
      return call(...args)
    }
  }
  const sql = { query: () => Promise.reject(new Error('A verified request must not ask PostgreSQL.')) }
  const identify = makeIdentify({
    findSession: makeFindSession({ cache: { ...cache, get: counted(cache.get) }, keys, sql, clock, log }),
    takeNonce: makeTakeNonce({ guard: { ...nonces, take: counted(nonces.take) }, clock, log }),
    verifyAdmin: null,
    clock,
    limit: makeLimit(
      { limiter: { ...limiter, take: counted(limiter.take) }, clock, log },
      { anonymous: wide, signed: wide, lookups: wide },
    ),
  })
  await cache.put(session, clock.now())

  const round = async () => {
    const waiting = await makeRequests()
    const before = process.cpuUsage()
    const start = performance.now()
    const work = async () => {
      for (let request = waiting.pop(); request; request = waiting.pop()) await identify(request, '127.0.0.1')
    }
    await Promise.all(Array.from({ length: UNDER_WAY }, work))
    const { user, system } = process.cpuUsage(before)
    return { cpuMs: (user + system) / 1_000 / REQUESTS, perSecond: (REQUESTS * 1_000) / (performance.now() - start) }
  }
  await round() // warms up
  calls = 0
  const rounds: Awaited<ReturnType<typeof round>>[] = []
  for (let count = 0; count < ROUNDS; count++) rounds.push(await round())
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
  const cpu = median(rounds.map(({ cpuMs }) => cpuMs)).toFixed(3)
  const speed = Math.round(median(rounds.map(({ perSecond }) => perSecond)))
  const trips = url === undefined ? 0 : calls / (ROUNDS * REQUESTS)
  process.stdout.write(
    `${name.padEnd(10)} ${cpu} CPU-ms a request, ${trips} Redis round trips, ${speed} requests a second\n`,
  )
  for (const port of [cache, nonces, limiter]) await port[Symbol.asyncDispose]()
}

await measure('in memory', undefined)
const redisUrl = process.argv[2]
if (redisUrl === undefined) process.stdout.write('With a Redis URL as argument, the same is measured over Redis.\n')
else await measure('Redis', redisUrl)
