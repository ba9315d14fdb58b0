import { MongoBulkWriteError, UUID, type AnyBulkWriteOperation, type Collection } from 'mongodb'
import type { Log } from '../../../../platform/log/log.ts'
import { openMongo } from '../../../../platform/mongo/mongo.ts'
import { checkBatch, checkLimit, checkRange, requireId, SequenceTakenError } from './checks.ts'
import { EXTRAS, extrasOf, type JsonObject, type Mentions, type MessageType, type Origin } from '../body.ts'
import { makeGate } from './gate.ts'
import { ERASED_CLIENT_ID, type MessageStore, type StoredMessage } from './messages.ts'

export interface MongoMessagesOptions {
  readonly url: string
  /** The name of the database; default: the one in the URL, else `parley`. */
  readonly database?: string
  readonly log: Log
}

/** Ids are binary UUIDs: they take half the space of their texts in every index, and have the same order. */
interface MessageDocument {
  _id: UUID
  conversationId: UUID
  sequence: number
  senderId: UUID
  clientMessageId: string
  text: string
  sentAt: Date
  version: number
  type?: MessageType
  /** JSON text: the database takes no meaning from an app's keys, such as `$where`, and keeps numbers as they are. */
  content?: string
  mentions?: Mentions
  replyToId?: UUID
  forwardedFrom?: Origin
  mediaIds?: readonly string[]
  expiresAt?: string
  editedAt?: string
  deletedAt?: string
  deletedById?: string
}

/**
 * Keeps messages in the collection `messages`, and creates its indexes. The store owns its connection. It also works on
 * a sharded cluster with the conversation as shard key, because every write names the conversation.
 */
export async function openMongoMessages({ url, database, log }: MongoMessagesOptions): Promise<MessageStore> {
  const mongo = await openMongo(url, { log, ...(database !== undefined && { database }) })
  const collection = mongo.db.collection<MessageDocument>('messages')
  try {
    await collection.createIndex({ conversationId: 1, sequence: 1 }, { unique: true, name: 'messages_in_order' })
  } catch (error) {
    await mongo[Symbol.asyncDispose]()
    throw error
  }
  const gate = makeGate()
  return {
    kind: 'mongodb',
    sharesTransaction: false,

    insert: (messages) => gate.enter(() => write(collection, messages, insertIfAbsent)),

    replace: (messages) => gate.enter(() => write(collection, messages, replaceIfLower)),

    find: (ids) =>
      gate.enter(async () => {
        const wanted = ids.map(requireId)
        if (wanted.length === 0) return []
        const documents = await collection
          .find({ _id: { $in: [...new Set(wanted)].map((id) => new UUID(id)) } })
          .toArray()
        const found = new Map(documents.map((document) => [document._id.toString(), fromDocument(document)]))
        return wanted.map((id) => found.get(id) ?? null)
      }),

    forgetClientIds: (messages) =>
      gate.enter(async () => {
        if (messages.length === 0) return []
        await collection.bulkWrite(
          messages.map(({ id, conversationId }) => ({
            updateOne: {
              filter: { _id: new UUID(requireId(id)), conversationId: new UUID(requireId(conversationId)) },
              update: { $set: { clientMessageId: ERASED_CLIENT_ID + id } },
            },
          })),
          { ordered: false },
        )
        return [...(await findIds(collection, messages))]
      }),

    range: (conversationId, range) =>
      gate.enter(async () => {
        const { after, before, limit, from } = checkRange(range)
        const documents = await collection
          .find({ conversationId: new UUID(requireId(conversationId)), sequence: { $gt: after, $lt: before } })
          .sort({ sequence: from === 'start' ? 1 : -1 })
          .limit(limit)
          .toArray()
        const messages = documents.map(fromDocument)
        return from === 'start' ? messages : messages.reverse()
      }),

    scan: (afterId, limit) =>
      gate.enter(async () => {
        const documents = await collection
          .find(afterId === null ? {} : { _id: { $gt: new UUID(requireId(afterId)) } })
          .sort({ _id: 1 })
          .limit(checkLimit(limit))
          .toArray()
        return documents.map(fromDocument)
      }),

    async [Symbol.asyncDispose]() {
      await gate.close()
      await mongo[Symbol.asyncDispose]()
    },
  }
}

const DUPLICATE_KEY = 11_000

type Operation = AnyBulkWriteOperation<MessageDocument>

async function write(
  collection: Collection<MessageDocument>,
  messages: readonly StoredMessage[],
  operation: (message: StoredMessage) => Operation,
): Promise<void> {
  const batch = checkBatch(messages)
  // Two writers may write one message at the same moment: the second attempt of the one that lost finds it.
  const refused = await tryToWrite(collection, await tryToWrite(collection, batch, operation), operation)
  if (refused.length === 0) return
  const there = await findIds(collection, refused)
  if (refused.some((message) => !there.has(message.id)))
    throw new SequenceTakenError('A message must not have the sequence number of another one in its conversation.')
}

/**
 * Returns the messages that a unique index refused: for those that are there, in a version that stays, the operation tried
 * to insert a second document. Rejects on any other failure.
 */
async function tryToWrite(
  collection: Collection<MessageDocument>,
  messages: readonly StoredMessage[],
  operation: (message: StoredMessage) => Operation,
): Promise<StoredMessage[]> {
  if (messages.length === 0) return []
  try {
    await collection.bulkWrite(messages.map(operation), { ordered: false })
    return []
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error
    const refusals = error.result.getWriteErrors()
    if (refusals.length === 0 || refusals.some((refusal) => refusal.code !== DUPLICATE_KEY)) throw error
    return refusals.flatMap((refusal) => messages[refusal.index] ?? [])
  }
}

/** The fields that no version changes. */
const fixedOf = ({ sequence, senderId, clientMessageId, sentAt }: StoredMessage) => ({
  sequence,
  senderId: new UUID(senderId),
  clientMessageId,
  sentAt,
})

/** The fields that a version may change. */
function changingOf(message: StoredMessage) {
  const { content, replyToId, ...extras } = extrasOf(message)
  return {
    text: message.text,
    version: message.version,
    ...extras,
    ...(content && { content: JSON.stringify(content) }),
    ...(replyToId !== undefined && { replyToId: new UUID(replyToId) }),
  }
}

function insertIfAbsent(message: StoredMessage): Operation {
  return {
    updateOne: {
      filter: { _id: new UUID(message.id), conversationId: new UUID(message.conversationId) },
      update: { $setOnInsert: { ...fixedOf(message), ...changingOf(message) } },
      upsert: true,
    },
  }
}

function replaceIfLower(message: StoredMessage): Operation {
  const changing = changingOf(message)
  const absent = EXTRAS.filter((name) => !(name in changing))
  return {
    updateOne: {
      filter: {
        _id: new UUID(message.id),
        conversationId: new UUID(message.conversationId),
        version: { $lt: message.version },
      },
      update: {
        $set: changing,
        $setOnInsert: fixedOf(message),
        $unset: Object.fromEntries(absent.map((name) => [name, true as const])),
      },
      upsert: true,
    },
  }
}

async function findIds(
  collection: Collection<MessageDocument>,
  messages: readonly Pick<StoredMessage, 'id'>[],
): Promise<Set<string>> {
  const filter = { _id: { $in: messages.map((message) => new UUID(message.id)) } }
  const documents = await collection.find(filter, { projection: { _id: 1 } }).toArray()
  return new Set(documents.map((document) => document._id.toString()))
}

function fromDocument(document: MessageDocument): StoredMessage {
  const {
    _id,
    conversationId,
    sequence,
    senderId,
    clientMessageId,
    text,
    sentAt,
    version,
    content,
    replyToId,
    ...rest
  } = document
  return {
    id: _id.toString(),
    conversationId: conversationId.toString(),
    sequence,
    senderId: senderId.toString(),
    clientMessageId,
    text,
    sentAt,
    version,
    ...extrasOf({
      ...rest,
      ...(content !== undefined && { content: JSON.parse(content) as JsonObject }),
      ...(replyToId && { replyToId: replyToId.toString() }),
    }),
  }
}
