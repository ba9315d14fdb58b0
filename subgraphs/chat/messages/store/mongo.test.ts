import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, UUID, type CommandStartedEvent, type Document } from 'mongodb'
import { v7 } from 'uuid'
import { silentLog } from '../../../../platform/log/log.ts'
import { startPrivate } from '../../../../test/support/mongo.ts'
import { describeWith, requireUrl } from '../../../../test/support/services.ts'
import { aConversation, aMessage } from './messages.contract.ts'
import { BY_SEQUENCE, openMongoMessages } from './mongo.ts'

describeWith('mongo', 'documents in MongoDB, or what stands in for it', () => {
  const database = `parley_test_${randomBytes(8).toString('hex')}`
  const open = (url = requireUrl('mongo')) => openMongoMessages({ url, database, log: silentLog })
  let client: MongoClient
  beforeAll(async () => {
    client = await MongoClient.connect(requireUrl('mongo'))
  })
  afterAll(async () => {
    await client.db(database).dropDatabase()
    await client.close()
  })

  /** The document as a program finds it that knows nothing of Parley. */
  const documentOf = (id: string): Promise<unknown> =>
    client
      .db(database)
      .collection('messages')
      .findOne({ _id: new UUID(id) as never })

  test('a plain text has the fields of the old system, also those that say nothing', async () => {
    await using store = await open()
    const message = aMessage()
    await store.insert([message])
    expect(await documentOf(message.id)).toEqual({
      _id: new UUID(message.id),
      conversation_id: new UUID(message.conversationId),
      sequence_number: 1,
      sender_id: new UUID(message.senderId),
      client_message_id: message.clientMessageId,
      created_at: message.sentAt,
      version: 1,
      message_type: 'text',
      content: 'hello',
      media_ids: [],
      mentions: [],
      is_deleted: false,
    })
  })

  test('everything else that a message says has its field, ids are binary, times are dates, and a deletion leaves little', async () => {
    await using store = await open()
    const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => v7()) as [string, string, string, string, string, string]
    const message = aMessage({
      type: 'IMAGE',
      content: { width: 2, $where: [1e300] },
      mentions: { userIds: [a, b], everyone: true },
      replyToId: c,
      forwardedFrom: { messageId: d, conversationId: e },
      mediaIds: [f, 'sticker-1'],
      expiresAt: '2031-01-02T03:04:05.006Z',
      editedAt: '2030-01-02T03:04:05.006Z',
    })
    await store.insert([message])
    expect(await documentOf(message.id)).toMatchObject({
      message_type: 'image',
      custom_content: '{"width":2,"$where":[1e+300]}',
      mentions: [new UUID(a), new UUID(b)],
      mentions_everyone: true,
      reply_to_message_id: new UUID(c),
      forwarded_from: { message_id: new UUID(d), conversation_id: new UUID(e) },
      media_ids: [new UUID(f), 'sticker-1'],
      expires_at: new Date('2031-01-02T03:04:05.006Z'),
      edited_at: new Date('2030-01-02T03:04:05.006Z'),
    })
    expect(await store.find([message.id])).toEqual([message])

    const { content: _, mentions: _m, mediaIds: _i, forwardedFrom: _f, expiresAt: _e, editedAt: _at, ...rest } = message
    const deleted = { ...rest, text: '', version: 2, deletedAt: '2030-02-03T04:05:06.007Z', deletedById: a }
    await store.replace([deleted])
    expect(await documentOf(message.id)).toEqual({
      _id: new UUID(message.id),
      conversation_id: new UUID(message.conversationId),
      sequence_number: 1,
      sender_id: new UUID(message.senderId),
      client_message_id: message.clientMessageId,
      created_at: message.sentAt,
      version: 2,
      message_type: 'image',
      content: '',
      media_ids: [],
      mentions: [],
      reply_to_message_id: new UUID(c),
      is_deleted: true,
      deleted_at: new Date('2030-02-03T04:05:06.007Z'),
      deleted_by: new UUID(a),
    })
    expect(await store.find([message.id])).toEqual([deleted])
  })

  test('a missing index is an error of each call that needs it, and no scan of all messages', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-hints-'))
    const server = await startPrivate(folder)
    if ('skipped' in server) throw new Error(server.skipped)
    try {
      await using store = await open(server.url)
      const [message] = aConversation([1]) as [ReturnType<typeof aMessage>]
      await store.insert([message])
      const range = () => store.range(message.conversationId, { after: 0, before: 9, limit: 9, from: 'start' })
      expect(await range()).toEqual([message])
      await using own = new MongoClient(server.url)
      await own.db(database).collection('messages').dropIndex(BY_SEQUENCE)
      await expect(range()).rejects.toThrow('hint provided does not correspond to an existing index')
      expect(await store.find([message.id])).toEqual([message])
    } finally {
      await server.stop?.()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 90_000)

  test('every command on messages names its index', async () => {
    const url = new URL(requireUrl('mongo'))
    url.searchParams.set('monitorCommands', 'true')
    const emitted = jest.spyOn(MongoClient.prototype, 'emit')
    const message = aMessage()
    await using store = await open(url.href)
    await store.insert([message])
    await store.insert([message, { ...message, id: v7(), conversationId: v7() }])
    await store.replace([{ ...message, version: 2 }])
    await store.insert([{ ...message, id: v7() }]).catch(() => {}) // its number is taken: the store looks for it
    await store.forgetClientIds([message])
    await store.find([message.id])
    for (const from of ['start', 'end'] as const)
      await store.range(message.conversationId, { after: 0, before: 9, limit: 9, from })
    for (const after of [null, message.id]) await store.scan(after, 1)
    const commands = emitted.mock.calls
      .filter(([name]) => name === 'commandStarted')
      .map(([, event]) => (event as unknown as CommandStartedEvent).command)
    emitted.mockRestore()
    const hintsOf = (name: string, part: string | null) =>
      commands
        .filter((command) => command[name] === 'messages')
        .flatMap((command) => (part ? command[part] : [command]))
    const updates = hintsOf('update', 'updates').map(({ hint }: Document) => hint)
    const finds = hintsOf('find', null).map(({ hint }: Document) => hint)
    expect(updates.length).toBeGreaterThanOrEqual(6)
    expect(finds.length).toBeGreaterThanOrEqual(7)
    expect(new Set([...updates, ...finds])).toEqual(new Set(['_id_', BY_SEQUENCE]))
    const others = new Set(commands.flatMap((command) => Object.keys(command).slice(0, 1)))
    for (const name of ['find', 'update']) others.delete(name)
    for (const name of ['aggregate', 'count', 'delete', 'distinct', 'findAndModify']) expect(others).not.toContain(name)
  })
})
