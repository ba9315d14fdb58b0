import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { silentLog } from '../../../../platform/log/log.ts'
import { openPool } from '../../../../platform/sql/pool.ts'
import type { Database } from '../../../../platform/sql/sql.ts'
import { createDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { describeWith, requireUrl, urlOf } from '../../../../test/support/services.ts'
import { copyMessages, giveUpCopy } from './copy.ts'
import { aConversation, aMessage } from './messages.contract.ts'
import type { MessageStore, StoredMessage } from './messages.ts'
import { openMongoMessages } from './mongo.ts'
import { makePostgresMessages } from './postgres.ts'
import { readStoreRecord, recordMessageStore } from './recorded.ts'

describeWith(urlOf('mongo') ? 'postgres' : 'mongo', 'copying messages between stores', () => {
  const name = `parley_test_${randomBytes(8).toString('hex')}`
  let own: TestDatabase
  let sql: Database
  let postgres: MessageStore
  let mongodb: MessageStore

  beforeEach(async () => {
    own = await createDatabase({ max: 1 })
    await recordMessageStore(own.database, 'postgres')
    await own.database[Symbol.asyncDispose]()
    sql = await openPool(own.url, { max: 2, log: silentLog, applicationName: 'parley copy-messages' })
    postgres = makePostgresMessages(sql)
    mongodb = await openMongoMessages({ url: requireUrl('mongo'), database: name, log: silentLog })
  })
  afterEach(async () => {
    await mongodb[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
    await sql[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
    await using client = new MongoClient(requireUrl('mongo'))
    await client.db(name).dropDatabase()
  })

  const options = { log: silentLog, pageSize: 10 }
  const everything = (store: MessageStore) => store.scan(null, 1_000)
  /** The store, which loses its connection when it has given so many pages. */
  const failingAfter = (pages: number, store: MessageStore): MessageStore => ({
    ...store,
    scan: (after, limit) =>
      pages-- > 0 ? store.scan(after, limit) : Promise.reject(new Error('The server went away.')),
  })
  const sorted = (messages: readonly StoredMessage[]) => [...messages].sort((a, b) => (a.id < b.id ? -1 : 1))

  test('there and back: nothing starts on the other store before, all of it is there after', async () => {
    const messages = sorted([
      ...aConversation([1, 2, 3]),
      ...aConversation(Array.from({ length: 32 }, (_, i) => i + 1)),
    ])
    await postgres.insert(messages)
    await expect(recordMessageStore(sql, 'mongodb')).rejects.toThrow(
      'The messages of this data are in PostgreSQL, but MONGODB_URL is set: unset it as before, or move the messages ' +
        'with "npm run copy-messages -- --to mongodb".',
    )
    expect(await copyMessages(sql, { from: postgres, to: mongodb }, options)).toBe(35)
    expect(await everything(mongodb)).toEqual(messages)
    await recordMessageStore(sql, 'mongodb')
    await expect(recordMessageStore(sql, 'postgres')).rejects.toThrow('npm run copy-messages -- --to postgres')

    const later = aMessage()
    await mongodb.insert([later])
    await copyMessages(sql, { from: mongodb, to: postgres }, options)
    expect(await everything(postgres)).toEqual(sorted([...messages, later]))
    await recordMessageStore(sql, 'postgres')
  })

  test('after an interrupted copy nothing starts until it continues and ends as if never interrupted', async () => {
    const messages = sorted(aConversation(Array.from({ length: 35 }, (_, i) => i + 1)))
    await postgres.insert(messages)
    const broken = copyMessages(sql, { from: failingAfter(2, postgres), to: mongodb }, options)
    await expect(broken).rejects.toThrow('The server went away.')
    expect(await readStoreRecord(sql)).toEqual({ kind: 'postgres', copyingTo: 'mongodb', copiedUpTo: messages[19]!.id })
    for (const kind of ['postgres', 'mongodb'] as const) {
      await expect(recordMessageStore(sql, kind)).rejects.toThrow(
        'A copy of the messages from PostgreSQL to MongoDB is under way or was interrupted: finish it with ' +
          '"npm run copy-messages -- --to mongodb", or cancel it with "npm run copy-messages -- --to postgres".',
      )
    }
    expect(await copyMessages(sql, { from: postgres, to: mongodb }, options)).toBe(15)
    expect(await everything(mongodb)).toEqual(messages)
    await recordMessageStore(sql, 'mongodb')
  })

  test('a signal stops it between two pages, and giving up leaves everything as it was', async () => {
    await postgres.insert(aConversation([1, 2, 3]))
    const stopping = AbortSignal.abort(new Error('Stopped.'))
    const stores = { from: postgres, to: mongodb }
    await expect(copyMessages(sql, stores, { ...options, signal: stopping })).rejects.toThrow('Stopped.')
    expect(await giveUpCopy(sql)).toBe(true)
    expect(await giveUpCopy(sql)).toBe(false)
    await recordMessageStore(sql, 'postgres')
  })

  test('while Parley runs on the data it is refused before anything is done', async () => {
    const stores = { from: postgres, to: mongodb }
    const running = await openPool(own.url, { max: 1, log: silentLog })
    await running.query('select 1')
    await expect(copyMessages(sql, stores, options)).rejects.toThrow(
      /^Parley is running on this data \(connections of it: \d+\): stop every role of it, then copy the messages\.$/,
    )
    expect(await readStoreRecord(sql)).toEqual({ kind: 'postgres', copyingTo: null, copiedUpTo: null })
    await running[Symbol.asyncDispose]()
    expect(await copyMessages(sql, stores, options)).toBe(0)
  })

  test('another message under the same id at the target stops the copy, and the store in use stays', async () => {
    const message = aMessage()
    await postgres.insert([message])
    await mongodb.insert([{ ...message, text: 'from an older copy' }])
    const stores = { from: postgres, to: mongodb }
    await expect(copyMessages(sql, stores, options)).rejects.toThrow(
      `MongoDB has no message ${message.id}, or a different one`,
    )
    expect(await readStoreRecord(sql)).toMatchObject({ kind: 'postgres', copyingTo: 'mongodb' })
  })

  test('a copy from the store that is not in use is refused', async () => {
    const stores = { from: mongodb, to: postgres }
    await expect(copyMessages(sql, stores, options)).rejects.toThrow('The messages are in PostgreSQL already.')
  })
})
