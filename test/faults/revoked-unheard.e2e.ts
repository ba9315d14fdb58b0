import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '../../client/connect.ts'
import { MeDocument } from '../../client/generated/operations.ts'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { insertSession } from '../support/sessions.ts'
import { findExecutable } from '../support/child.ts'
import { createDatabase } from '../support/database.ts'
import { freePort } from '../../platform/free-port.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { startRedis } from '../support/redis.ts'
import { describeWith } from '../support/services.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** A session that is revoked while Redis hangs: PostgreSQL knows it, the cache does not. A real program, a Redis of its own. */
jest.setTimeout(180_000)

const REVOKE = parse('mutation ($ids: [ID!]) { revokeSessions(input: { sessionIds: $ids }) { revokedIds } }')
type Revoke = TypedDocumentNode<{ revokeSessions: { revokedIds: string[] } }, { ids: string[] }>

const binary = findExecutable('redis-server', 'valkey-server')
describeWith('postgres', 'a session revoked while Redis hangs', () => {
  const withRedis = binary ? test : test.skip
  withRedis('is over from then on: not one request passes when Redis is back', async () => {
    await using db = await createDatabase()
    await using folder = await makeFolder()
    await mkdir(join(folder.path, 'redis'))
    const redis = await startRedis(binary ?? '', join(folder.path, 'redis'), await freePort())
    try {
      await using proxy = await startTcpProxy(redis.url)
      await using program = await startProgram({
        POSTGRES_URL: db.url,
        REDIS_URL: proxy.url,
        DATA_DIR: folder.path,
        PORT: '0',
        LOG_LEVEL: 'error',
      })
      const stolen = await insertSession(db.database, Date.now() + 3_600_000)
      const own = await insertSession(db.database, Date.now() + 3_600_000)
      // Both are one person's.
      await db.database.query('/* test.samePerson */ update users.session set user_id = $1::uuid where id = $2::uuid', [
        own.userId,
        stolen.sessionId,
      ])
      const open = ({ sessionId, hmacKey }: typeof own) =>
        connect({ url: program.banner('GraphQL'), session: { id: sessionId, hmacKey: hmacKey.toString('base64url') } })
      await using thief = open(stolen)
      await using owner = open(own)
      for (let n = 0; n < 3; n++) await thief.query(MeDocument, {})

      proxy.hold()
      const answer = await owner.mutate(REVOKE as Revoke, { ids: [stolen.sessionId] })
      expect(answer.revokeSessions.revokedIds).toEqual([stolen.sessionId])
      proxy.restore()
      const passed: number[] = []
      for (let n = 0; n < 60; n++)
        await thief.query(MeDocument, {}).then(
          () => passed.push(n),
          (error: unknown) => expect(error).toMatchObject({ code: 'SESSION_REVOKED' }),
        )
      expect(passed).toEqual([])
      await owner.query(MeDocument, {})
    } finally {
      await redis.stop()
    }
  })
})
