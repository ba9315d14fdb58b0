import { randomBytes } from 'node:crypto'
import { MongoClient, UUID, type Collection, type Document } from 'mongodb'
import { v7 } from 'uuid'
import { silentLog } from '../../../../platform/log/log.ts'
import { eventually } from '../../../../test/support/eventually.ts'
import { describeWith, requireUrl } from '../../../../test/support/services.ts'
import { startTcpProxy } from '../../../../test/support/tcp-proxy.ts'
import { aConversation, aMessage } from './messages.contract.ts'
import type { StoredMessage } from './messages.ts'
import { BY_SEQUENCE, openMongoMessages, type MongoMessagesOptions } from './mongo.ts'

describeWith('mongo', 'documents of an older version in MongoDB, or in what stands in for it', () => {
  let database: string
  let client: MongoClient
  let documents: Collection
  beforeEach(async () => {
    database = `parley_test_${randomBytes(8).toString('hex')}`
    client = await MongoClient.connect(requireUrl('mongo'))
    documents = client.db(database).collection('messages')
  })
  afterEach(async () => {
    await client.db(database).dropDatabase()
    await client.close()
  })

  const open = (options: Partial<MongoMessagesOptions> = {}) =>
    openMongoMessages({ url: requireUrl('mongo'), database, log: silentLog, ...options })

  /** As the versions before wrote it. */
  function olderOf(message: StoredMessage): Document {
    const { id, conversationId, senderId, content, replyToId, ...rest } = message
    return {
      _id: new UUID(id),
      conversationId: new UUID(conversationId),
      senderId: new UUID(senderId),
      ...rest,
      ...(content && { content: JSON.stringify(content) }),
      ...(replyToId && { replyToId: new UUID(replyToId) }),
    }
  }

  async function keepOlder(messages: readonly StoredMessage[]): Promise<void> {
    await documents.createIndex({ conversationId: 1, sequence: 1 }, { unique: true, name: 'messages_in_order' })
    await documents.insertMany(messages.map(olderOf))
  }

  const olderFields = [
    'conversationId',
    'sequence',
    'senderId',
    'clientMessageId',
    'text',
    'sentAt',
    'type',
    'replyToId',
  ]
  const countOlder = () => documents.countDocuments({ $or: olderFields.map((name) => ({ [name]: { $exists: true } })) })
  const byId = (a: StoredMessage, b: StoredMessage) => (a.id < b.id ? -1 : 1)

  const several = (): StoredMessage[] =>
    [
      ...aConversation(Array.from({ length: 40 }, (_, at) => at + 1)),
      aMessage({ type: 'LOCATION', content: { latitude: 52.5, $gt: [''] } }),
      aMessage({ mentions: { userIds: [v7()], everyone: true }, replyToId: v7(), version: 3 }),
      aMessage({ mentions: { everyone: true }, forwardedFrom: { messageId: v7(), conversationId: v7() } }),
      aMessage({ type: 'IMAGE', mediaIds: [v7(), v7()], editedAt: '2030-01-02T03:04:05.006Z', version: 2 }),
      aMessage({ text: '', version: 2, deletedAt: '2030-01-02T03:04:05.006Z', deletedById: v7() }),
      aMessage({ clientMessageId: 'erased\n1', expiresAt: '2031-01-02T03:04:05.006Z' }),
    ].sort(byId)

  test('get the names of this version before the store is used, and say what they said; a second start has nothing to do', async () => {
    const messages = several()
    await keepOlder(messages)
    for (let start = 0; start < 2; start++) {
      await using store = await open({
        rewriteBatch: 7,
        ...(start > 0 && { beforeRewriting: () => Promise.reject(new Error('Nothing is left to rewrite.')) }),
      })
      expect(await store.scan(null, 100)).toEqual(messages)
      expect(await countOlder()).toBe(0)
      expect((await documents.indexes()).map(({ name }) => name).sort()).toEqual(['_id_', BY_SEQUENCE])
    }
  })

  test('a process that is cut off in the middle loses nothing, and the next one finishes', async () => {
    const messages = several()
    await keepOlder(messages)
    await using proxy = await startTcpProxy(requireUrl('mongo'))
    const first = open({ url: proxy.url, rewriteBatch: 1 })
    first.catch(() => {}) // until it is awaited below
    await eventually(async () => expect(await countOlder()).toBeLessThan(messages.length - 3))
    proxy.cut()
    await expect(first).rejects.toThrow()
    expect(await countOlder()).toBeGreaterThan(0)
    await using store = await open()
    expect(await store.scan(null, 100)).toEqual(messages)
    expect(await countOlder()).toBe(0)
  })

  test('several processes that start at once rewrite each document once', async () => {
    const messages = several()
    await keepOlder(messages)
    const stores = await Promise.all([1, 2, 3].map((rewriteBatch) => open({ rewriteBatch })))
    for (const store of stores) {
      expect(await store.scan(null, 100)).toEqual(messages)
      await store[Symbol.asyncDispose]()
    }
    expect(await countOlder()).toBe(0)
  })

  test('where rewriting is refused, nothing is changed: documents and index stay as the older version needs them', async () => {
    const messages = several()
    await keepOlder(messages)
    const refused = open({ beforeRewriting: () => Promise.reject(new Error('An older process runs.')) })
    await expect(refused).rejects.toThrow('An older process runs.')
    expect(await documents.find().sort({ _id: 1 }).toArray()).toEqual(messages.map(olderOf))
    expect((await documents.indexes()).map(({ name }) => name).sort()).toEqual(['_id_', 'messages_in_order'])
  })

  test('a signal stops it between two batches', async () => {
    await keepOlder(several())
    await expect(open({ signal: AbortSignal.abort() })).rejects.toThrow('the next start continues')
    await using store = await open()
    expect(await store.scan(null, 100)).toHaveLength(46)
  })

  test('a rewritten message takes later versions, and no earlier one', async () => {
    const [message] = several().filter(({ version }) => version === 3) as [StoredMessage]
    await keepOlder([message])
    await using store = await open()
    await store.replace([{ ...message, text: 'late', version: 2 }])
    expect(await store.find([message.id])).toEqual([message])
    await store.replace([{ ...message, text: 'edited', version: 4 }])
    expect(await store.find([message.id])).toMatchObject([{ text: 'edited', version: 4 }])
  })

  test('a document that Parley never wrote stops the start with its id, and stays', async () => {
    const _id = new UUID()
    await documents.insertOne({ _id, conversationId: 'a stranger' } as never)
    await expect(open()).rejects.toThrow(
      `The document ${_id.toString()} of the collection messages is none that Parley wrote.`,
    )
    expect(await documents.countDocuments()).toBe(1)
  })

  test.each([
    ['a version that no filter finds again', { version: { $gt: 1 } }],
    ['a sender that is no UUID', { senderId: 'a stranger' }],
  ])('%s stops the start with the id of its document, and does not keep it busy for ever', async (_, fields) => {
    const message = aMessage()
    await documents.insertOne({ ...olderOf(message), ...fields } as never)
    await expect(open()).rejects.toThrow(
      `The document ${message.id} of the collection messages is none that Parley wrote.`,
    )
  })
})
