import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findExecutable } from '../support/child.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../../platform/free-port.ts'
import { startRedis } from '../support/redis.ts'
import { makeFolder, type Program, startProgram } from '../support/program.ts'
import { describeWith } from '../support/services.ts'
import { insertSession, signedHeaders } from '../support/sessions.ts'
import type { Session } from '../../platform/sessions/sessions.ts'

/** A signed request that was recorded is answered once, whatever was killed meanwhile: real processes, real signals. */
jest.setTimeout(180_000)

const SECOND = 1_000
const MINUTE = 60 * SECOND
const body = JSON.stringify({ query: '{ me { id } }' })

/** What somebody on the way would record; `aheadMs`: how far its client's clock goes ahead. */
const record = (session: Session, aheadMs = 0) =>
  signedHeaders(session, { method: 'POST', target: '/graphql', body, now: Date.now() + aheadMs })

async function send(program: Program, headers: Record<string, string>): Promise<string> {
  const response = await fetch(program.banner('GraphQL'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
  return errors?.[0]?.extensions.code ?? 'answered'
}

describeWith('postgres', 'a recorded request', () => {
  test('is not answered again after the process was killed and started anew, whichever clock its client had', async () => {
    await using db = await createDatabase()
    await using folder = await makeFolder()
    const start = () => startProgram({ POSTGRES_URL: db.url, DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'error' })
    const session = await insertSession(db.database, Date.now() + 60 * MINUTE)
    const clocks = [0, -4 * MINUTE, 200, 2 * SECOND, 4 * MINUTE]
    const recorded: Record<string, string>[] = []
    {
      await using program = await start()
      // From before this very process: refused, although nobody took them.
      recorded.push(await record(session, -2 * MINUTE))
      expect(await send(program, recorded[0] ?? {})).toBe('TIMESTAMP_STALE')
      for (const aheadMs of clocks) {
        const headers = await record(session, aheadMs)
        expect(await send(program, headers)).toBe(aheadMs < 0 ? 'TIMESTAMP_STALE' : 'answered')
        recorded.push(headers)
      }
      await program.stop('SIGKILL')
    }
    await using program = await start()
    for (const headers of recorded) expect(await send(program, headers)).toMatch(/^(TIMESTAMP_STALE|NONCE_REPLAYED)$/)
    // Who signs now comes in, also with a clock that goes ahead.
    for (const aheadMs of [0, 4 * MINUTE]) {
      const headers = await record(session, aheadMs)
      expect(await send(program, headers)).toBe('answered')
      expect(await send(program, headers)).toBe('NONCE_REPLAYED')
    }
  })

  const binary = findExecutable('redis-server', 'valkey-server')
  const withRedis = binary ? test : test.skip
  withRedis('is not answered again after Redis came back empty, with the gateway running or started anew', async () => {
    await using db = await createDatabase()
    await using folder = await makeFolder()
    await mkdir(join(folder.path, 'redis'))
    const port = await freePort()
    const startOne = () => startRedis(binary ?? '', join(folder.path, 'redis'), port)
    let redis = await startOne()
    const start = () =>
      startProgram({ POSTGRES_URL: db.url, REDIS_URL: redis.url, DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'error' })
    try {
      const session = await insertSession(db.database, Date.now() + 60 * MINUTE)
      const recorded: Record<string, string>[] = []
      const refused = async (program: Program) => {
        for (const headers of recorded)
          expect(await send(program, headers)).toMatch(/^(TIMESTAMP_STALE|NONCE_REPLAYED)$/)
      }
      const taken = async (program: Program) => {
        for (const aheadMs of [0, 2 * SECOND, 4 * MINUTE]) {
          const headers = await record(session, aheadMs)
          expect(await send(program, headers)).toBe('answered')
          recorded.push(headers)
        }
      }
      {
        await using program = await start()
        await taken(program)
        await redis.stop()
        redis = await startOne()
        await eventually(async () => (await send(program, await record(session))) === 'answered')
        await refused(program)
        await taken(program)
        await refused(program)
        await redis.stop()
        await program.stop('SIGKILL')
      }
      redis = await startOne()
      await using program = await start()
      await refused(program)
      await taken(program)
      await refused(program)
    } finally {
      await redis.stop()
    }
  })
})
