import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { silentLog } from '../../../../platform/log/log.ts'
import { openPool } from '../../../../platform/sql/pool.ts'
import { createDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { describeWith, requireUrl } from '../../../../test/support/services.ts'
import { messageStoreContract } from './messages.contract.ts'
import type { MessageStore } from './messages.ts'
import { openMongoMessages } from './mongo.ts'
import { makePostgresMessages } from './postgres.ts'

describeWith('postgres', 'with PostgreSQL', () => {
  let test: TestDatabase
  beforeAll(async () => {
    test = await createDatabase()
  })
  afterAll(async () => {
    await test[Symbol.asyncDispose]()
  })

  messageStoreContract(
    'postgres',
    () => test.url,
    async (url): Promise<MessageStore> => {
      const pool = await openPool(url, { max: 4, log: silentLog })
      const store = makePostgresMessages(pool)
      return {
        ...store,
        async [Symbol.asyncDispose]() {
          await store[Symbol.asyncDispose]()
          await pool[Symbol.asyncDispose]()
        },
      }
    },
  )
})

describeWith('mongo', 'with MongoDB or what stands in for it', () => {
  const database = `parley_test_${randomBytes(8).toString('hex')}`
  afterAll(async () => {
    await using client = new MongoClient(requireUrl('mongo'))
    await client.db(database).dropDatabase()
  })

  messageStoreContract(
    'mongodb',
    () => requireUrl('mongo'),
    (url) => openMongoMessages({ url, database, log: silentLog }),
  )
})
