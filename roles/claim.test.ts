import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { claimDatabase, refuseOlderProcesses } from './claim.ts'

describeWith('postgres', 'processes on one database', () => {
  let own: TestDatabase
  beforeAll(async () => {
    own = await createDatabase({ max: 2 })
  })
  afterAll(async () => {
    await own[Symbol.asyncDispose]()
  })

  test('one that shares nothing refuses another; those that share their state run beside each other', async () => {
    await using _one = await claimDatabase(own.url, { alone: false })
    await using _other = await claimDatabase(own.url, { alone: false })
    await expect(claimDatabase(own.url, { alone: true })).rejects.toThrow('Another Parley runs on this database')
  })

  test('messages in MongoDB are rewritten beside processes of this version, and beside none of an older one', async () => {
    await using _own = await claimDatabase(own.url, { alone: false })
    await refuseOlderProcesses(own.database)
    // All that an older version holds.
    const older = new Client({ connectionString: own.url })
    await older.connect()
    await older.query('select pg_advisory_lock_shared(7225539)')
    const refusal = 'of which processes still run (1): stop every role of it'
    await expect(refuseOlderProcesses(own.database)).rejects.toThrow(refusal)
    await older.end()
    await eventually(() => refuseOlderProcesses(own.database))
  })
})
