import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { assetPath } from '../platform/assets.ts'
import { makePostgresMessages, recordMessageStore } from '../subgraphs/chat/messages/store/index.ts'
import { aConversation } from '../subgraphs/chat/messages/store/messages.contract.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { describeWith, requireUrl, urlOf } from '../test/support/services.ts'

const run = promisify(execFile)

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** The built command, as `npm run copy-messages -- …` starts it. */
async function copyMessages(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const program = assetPath('dist/commands/copy-messages.js')
  const options = { env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env } }
  try {
    return { ...(await run(process.execPath, [program, ...args], options)), code: 0 }
  } catch (error) {
    return error as Ended
  }
}

test('without a target store, or without MONGODB_URL, it says in one line what it needs', async () => {
  const usage = 'Name the target store: npm run copy-messages -- --to mongodb|postgres\n'
  for (const args of [[], ['--to'], ['--to', 'paper'], ['--to', 'mongodb', 'now']]) {
    expect(await copyMessages(args, {})).toMatchObject({ code: 1, stderr: usage, stdout: '' })
  }
  expect(await copyMessages(['--to', 'mongodb'], {})).toMatchObject({
    code: 1,
    stderr: 'MONGODB_URL must be set: it is one of the two stores that messages are copied between.\n',
  })
})

describeWith(urlOf('mongo') ? 'postgres' : 'mongo', 'npm run copy-messages', () => {
  const name = `parley_test_${randomBytes(8).toString('hex')}`
  let own: TestDatabase
  beforeAll(async () => {
    own = await createDatabase()
  })
  afterAll(async () => {
    await own[Symbol.asyncDispose]()
    await using client = new MongoClient(requireUrl('mongo'))
    await client.db(name).dropDatabase()
  })

  test('is refused while Parley runs, then copies there and back and says how to start', async () => {
    const mongo = new URL(requireUrl('mongo'))
    mongo.pathname = `/${name}`
    const env = { POSTGRES_URL: own.url, MONGODB_URL: mongo.href }
    await recordMessageStore(own.database, 'postgres')
    await makePostgresMessages(own.database).insert(aConversation([1, 2, 3]))
    const refused = await copyMessages(['--to', 'mongodb'], env)
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Parley is running') })
    await own.database[Symbol.asyncDispose]()

    const there = '3 messages were copied and compared. Start Parley with MONGODB_URL from now on.\n'
    expect(await copyMessages(['--to=mongodb'], env)).toMatchObject({ code: 0, stdout: there })
    expect(await copyMessages(['--to', 'mongodb'], env)).toMatchObject({ stdout: 'The messages are in MongoDB.\n' })
    const back = '3 messages were copied and compared. Start Parley without MONGODB_URL from now on.\n'
    expect(await copyMessages(['--to', 'postgres'], env)).toMatchObject({ code: 0, stdout: back })
  })
})
