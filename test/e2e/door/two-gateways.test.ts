import { randomUUID } from 'node:crypto'
import { openRedisBus } from '../../../platform/bus/index.ts'
import { systemClock } from '../../../platform/clock/clock.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openRedisSessions } from '../../../platform/sessions/index.ts'
import type { Session } from '../../../platform/sessions/sessions.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { openPeople, type UserIdentity } from '../../support/people.ts'
import { removeKeys, withRedis } from '../../support/redis-keys.ts'
import { describeWith, requireUrl } from '../../support/services.ts'
import { sessionKeys } from '../../support/session-keys.ts'
import { admin, succeed } from '../../support/subgraph.ts'
import { openWorld, type World } from './world.ts'

describeWith('redis', 'with two gateways on one Redis', () => {
  let db: TestDatabase
  const prefix = `test:${randomUUID()}:`
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(async () => {
    await db[Symbol.asyncDispose]()
    await withRedis(requireUrl('redis'), (redis) => removeKeys(redis, prefix))
  })
  const openCache = () =>
    openRedisSessions({ url: requireUrl('redis'), prefix, log: silentLog, keys: sessionKeys, clock: systemClock })
  const openBus = () => openRedisBus({ url: requireUrl('redis'), prefix, log: silentLog })

  const sessionOf = async ({ sessionId, userId, deviceId }: UserIdentity): Promise<Session> => {
    const { rows } = await db.database.query<{ key_id: string; sealed_key: Buffer; expires_at: Date }>(
      'select key_id, sealed_key, expires_at from users.sessions where session_id = $1::uuid',
      [sessionId],
    )
    const { key_id: keyId, sealed_key: sealed, expires_at } = rows[0]!
    const hmacKey = sessionKeys.open({ keyId, sealed }, { sessionId, userId })
    return { sessionId, userId, deviceId, hmacKey, expiresAtMs: expires_at.getTime() }
  }

  /** A socket with an open subscription, and when and how it was closed. */
  const follow = (world: World, session: Session) => {
    const seen: { events: number; end?: { code?: number; reason?: string }; endedAt?: number } = { events: 0 }
    world
      .client(() => world.sign(session, 'WS'))
      .subscribe(
        { query: 'subscription { mine }' },
        {
          next: () => seen.events++,
          error: (end) => Object.assign(seen, { end, endedAt: performance.now() }),
          complete: () => {},
        },
      )
    return seen
  }

  test.each<[string, string, (user: UserIdentity) => [UserIdentity | typeof admin, string, Record<string, unknown>]]>([
    [
      'revoked by its user',
      'SESSION_REVOKED',
      (user) => [
        user,
        'mutation ($id: ID!) { revokeSessions(input: { sessionIds: [$id] }) { revokedIds } }',
        { id: user.sessionId },
      ],
    ],
    [
      'revoked with all of its user by an admin',
      'SESSION_REVOKED',
      (user) => [
        admin,
        'mutation ($id: ID!) { revokeUserSessions(input: { userId: $id }) { revokedIds } }',
        { id: user.userId },
      ],
    ],
    ['signed out', 'SESSION_REVOKED', (user) => [user, 'mutation { signOut { sessionId } }', {}]],
    [
      'removed with its device',
      'SESSION_REVOKED',
      (user) => [
        user,
        'mutation ($id: ID!) { removeDevice(input: { deviceId: $id }) { revokedIds } }',
        { id: user.deviceId },
      ],
    ],
  ])(
    'a session that is %s loses its sockets on both within a second, and no event comes after',
    async (_, reason, act) => {
      await using roomBus = await openBus()
      await using roomCache = await openCache()
      await using people = openPeople(db.database, { bus: () => roomBus, sessions: () => roomCache })
      await using one = await openWorld(db.database, { bus: await openBus(), sessions: await openCache() })
      await using two = await openWorld(db.database, { bus: await openBus(), sessions: await openCache() })
      const user = await people.signIn(`${randomUUID()}@example.org`)
      const other = await people.signIn(`${randomUUID()}@example.org`)
      const session = await sessionOf(user)
      const ended = [follow(one, session), follow(two, session)]
      const kept = [follow(one, await sessionOf(other)), follow(two, await sessionOf(other))]
      await eventually(() => one.waiting() === 2 && two.waiting() === 2)

      const start = performance.now()
      await succeed(people.ask(...act(user)))
      await eventually(() => ended.every(({ end }) => end !== undefined))
      for (const { end, endedAt } of ended) {
        expect(end).toMatchObject({ code: 4401, reason })
        expect(endedAt! - start).toBeLessThan(1_000)
      }
      for (const world of [one, two]) world.tick(1)
      await eventually(() => kept.every(({ events }) => events === 1))
      expect(ended.map(({ events }) => events)).toEqual([0, 0])
      // Nor is a new request let in, by either.
      for (const world of [one, two]) {
        const { body } = await world.postAs(session, { query: '{ whoami }' })
        expect(body.errors[0].extensions.code).toBe('SESSION_REVOKED')
      }
    },
  )

  test('a session that a newer sign-in replaced is told so on both, by its sockets and by its next request', async () => {
    await using roomBus = await openBus()
    await using roomCache = await openCache()
    await using people = openPeople(db.database, {
      bus: () => roomBus,
      sessions: () => roomCache,
      sessionRules: { policy: 'one' },
    })
    await using one = await openWorld(db.database, { bus: await openBus(), sessions: await openCache() })
    await using two = await openWorld(db.database, { bus: await openBus(), sessions: await openCache() })
    const address = `${randomUUID()}@example.org`
    const session = await sessionOf(await people.signIn(address))
    const ended = [follow(one, session), follow(two, session)]
    await eventually(() => one.waiting() === 1 && two.waiting() === 1)
    await people.signIn(address)
    await eventually(() => ended.every(({ end }) => end !== undefined))
    for (const { end } of ended) expect(end).toMatchObject({ code: 4401, reason: 'SESSION_REPLACED' })
    const { status, body } = await one.postAs(session, { query: '{ whoami }' })
    expect([status, body.errors[0].extensions.code]).toEqual([401, 'SESSION_REPLACED'])
  })
})
