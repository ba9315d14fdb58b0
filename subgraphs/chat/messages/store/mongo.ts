import { MongoBulkWriteError, MongoServerError, UUID, type AnyBulkWriteOperation, type Collection } from 'mongodb'
import type { Log } from '../../../../platform/log/log.ts'
import { openMongo } from '../../../../platform/mongo/mongo.ts'
import { checkBatch, checkLimit, checkRange, requireId, SequenceTakenError } from './checks.ts'
import { makeGate } from './gate.ts'
import { changingOf, fixedOf, fromDocument, OPTIONAL, type MessageDocument } from './mongo-documents.ts'
import { hasOlderDocuments, OLDER_INDEX, rewriteOlderDocuments } from './mongo-older.ts'
import { ERASED_CLIENT_ID, type MessageStore, type StoredMessage } from './messages.ts'

export interface MongoMessagesOptions {
  readonly url: string
  /** The name of the database; default: the one in the URL, else `parley`. */
  readonly database?: string
  readonly log: Log
  /**
   * Called before documents of an older version get the field names of this one. It must reject while a process of an
   * older version may still write: that process would take a rewritten message for one that is stored, and lose the edit.
   */
  readonly beforeRewriting?: () => Promise<void>
  /** Older documents that are rewritten at once, for tests. */
  readonly rewriteBatch?: number
  /** Stops the rewriting between two batches. */
  readonly signal?: AbortSignal
}

/**
 * Every query and every write names its index. MongoDB refuses a command whose index is missing, so a lost index is an
 * error at once, and not a scan of all messages that gets slower with each of them.
 */
const BY_ID = '_id_'
export const BY_SEQUENCE = 'messages_by_sequence'

/** How long MongoDB may work without a word while an index is made of all messages. */
const PREPARATION_MS = 60 * 60_000

/**
 * Keeps messages in the collection `messages`, and prepares it before the store can be used. The store owns its connection.
 * It also works on a sharded cluster with `conversation_id` as shard key, because every write names the conversation.
 */
export async function openMongoMessages(options: MongoMessagesOptions): Promise<MessageStore> {
  const { url, database, log } = options
  await prepare(options)
  const mongo = await openMongo(url, { log, ...(database !== undefined && { database }) })
  const collection = mongo.db.collection<MessageDocument>('messages')
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
        const filter = { _id: { $in: [...new Set(wanted)].map((id) => new UUID(id)) } }
        const documents = await collection.find(filter, { hint: BY_ID }).toArray()
        const found = new Map(documents.map((document) => [document._id.toString(), fromDocument(document)]))
        return wanted.map((id) => found.get(id) ?? null)
      }),

    forgetClientIds: (messages) =>
      gate.enter(async () => {
        if (messages.length === 0) return []
        await collection.bulkWrite(
          messages.map(({ id, conversationId }) => ({
            updateOne: {
              filter: { _id: new UUID(requireId(id)), conversation_id: new UUID(requireId(conversationId)) },
              update: { $set: { client_message_id: ERASED_CLIENT_ID + id } },
              hint: BY_ID,
            },
          })),
          { ordered: false },
        )
        return [...(await findIds(collection, messages))]
      }),

    range: (conversationId, range) =>
      gate.enter(async () => {
        const { after, before, limit, from } = checkRange(range)
        const filter = {
          conversation_id: new UUID(requireId(conversationId)),
          sequence_number: { $gt: after, $lt: before },
        }
        const documents = await collection
          .find(filter, { hint: BY_SEQUENCE })
          .sort({ sequence_number: from === 'start' ? 1 : -1 })
          .limit(limit)
          .toArray()
        const messages = documents.map(fromDocument)
        return from === 'start' ? messages : messages.reverse()
      }),

    scan: (afterId, limit) =>
      gate.enter(async () => {
        const documents = await collection
          .find(afterId === null ? {} : { _id: { $gt: new UUID(requireId(afterId)) } }, { hint: BY_ID })
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

/**
 * Rewrites older documents and makes the index. The index comes last: where it is there, nothing else is left to do, so a
 * start on many messages costs one look at the indexes.
 */
async function prepare(options: MongoMessagesOptions): Promise<void> {
  const { url, database, log, beforeRewriting, rewriteBatch: batch, signal } = options
  await using mongo = await openMongo(url, {
    log,
    silenceMs: PREPARATION_MS,
    ...(database !== undefined && { database }),
  })
  const collection = mongo.db.collection('messages')
  const indexes = await indexesOf(collection)
  if (indexes.includes(BY_SEQUENCE)) return
  const wasOlder = indexes.includes(OLDER_INDEX)
  if (wasOlder || (await hasOlderDocuments(collection))) {
    await beforeRewriting?.()
    if (wasOlder) await dropIndex(collection, OLDER_INDEX)
    await rewriteOlderDocuments(collection, { log, batch, signal })
  }
  await collection.createIndex({ conversation_id: 1, sequence_number: 1 }, { unique: true, name: BY_SEQUENCE })
}

const NO_COLLECTION = 26
const NO_INDEX = 27
const DUPLICATE_KEY = 11_000

const hasCode = (error: unknown, code: number) => error instanceof MongoServerError && error.code === code

async function indexesOf(collection: Collection): Promise<(string | undefined)[]> {
  try {
    return (await collection.indexes()).map(({ name }) => name)
  } catch (error) {
    if (hasCode(error, NO_COLLECTION)) return []
    throw error
  }
}

async function dropIndex(collection: Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name)
  } catch (error) {
    // Another process that starts has dropped it.
    if (!hasCode(error, NO_INDEX)) throw error
  }
}

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

function insertIfAbsent(message: StoredMessage): Operation {
  return {
    updateOne: {
      filter: { _id: new UUID(message.id), conversation_id: new UUID(message.conversationId) },
      update: { $setOnInsert: { ...fixedOf(message), ...changingOf(message) } },
      upsert: true,
      hint: BY_ID,
    },
  }
}

function replaceIfLower(message: StoredMessage): Operation {
  const changing = changingOf(message)
  const absent = OPTIONAL.filter((name) => !(name in changing))
  return {
    updateOne: {
      filter: {
        _id: new UUID(message.id),
        conversation_id: new UUID(message.conversationId),
        version: { $lt: message.version },
      },
      update: {
        $set: changing,
        $setOnInsert: fixedOf(message),
        $unset: Object.fromEntries(absent.map((name) => [name, true as const])),
      },
      upsert: true,
      hint: BY_ID,
    },
  }
}

async function findIds(
  collection: Collection<MessageDocument>,
  messages: readonly Pick<StoredMessage, 'id'>[],
): Promise<Set<string>> {
  const filter = { _id: { $in: messages.map((message) => new UUID(message.id)) } }
  const documents = await collection.find(filter, { projection: { _id: 1 }, hint: BY_ID }).toArray()
  return new Set(documents.map((document) => document._id.toString()))
}
