import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '../log/pino.ts'
import { makeLogPush } from './log.ts'
import type { PushDecision } from './push.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-push-'))
afterAll(() => rmSync(folder, { recursive: true }))

const decision: PushDecision = {
  event: '1-700-3',
  userId: 'u1',
  deviceId: 'd1',
  token: 'fcm:t0ken-t0ken',
  title: 'Alice',
  body: 'Meet me at eight',
  data: { conversationId: 'c1', messageId: 'm1' },
  reason: 'unreached',
}
const openTestLog = () => {
  const lines: string[] = []
  return { lines, log: openLog({ level: 'info', write: (line) => lines.push(line) }) }
}

test('each decision is in the log with its reason and ids, and without its text and token', async () => {
  const { lines, log } = openTestLog()
  const push = makeLogPush({ log })
  await push.send(decision)
  await push.send({ ...decision, deviceId: 'd2', token: null, reason: 'offline' })
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { userId: 'u1', deviceId: 'd1', reason: 'unreached', hasToken: true, data: { messageId: 'm1' } },
    { userId: 'u1', deviceId: 'd2', reason: 'offline', hasToken: false },
  ])
  for (const hidden of ['t0ken', 'Alice', 'eight']) expect(lines.join('')).not.toContain(hidden)
})

test('with a file, the whole decision is written there, readable only by the file’s owner', async () => {
  const file = join(folder, 'push.jsonl')
  const push = makeLogPush({ log: openTestLog().log, file })
  await push.send(decision)
  await push.send({ ...decision, reason: 'parked' })
  const written = readFileSync(file, 'utf8').trim().split('\n')
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([decision, { ...decision, reason: 'parked' }])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a decision that could not be written may be tried again', async () => {
  const push = makeLogPush({ log: openTestLog().log, file: join(folder, 'missing', 'push.jsonl') })
  await expect(push.send(decision)).rejects.toThrow()
})
