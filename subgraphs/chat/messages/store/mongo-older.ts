import { UUID, type AnyBulkWriteOperation, type Collection } from 'mongodb'
import type { Log } from '../../../../platform/log/log.ts'
import { StartupError } from '../../../../platform/startup-error.ts'
import { extrasOf, type JsonObject, type MessageExtras } from '../body.ts'
import { changingOf, fixedOf } from './mongo-documents.ts'
import type { StoredMessage } from './messages.ts'

/** A message under the names that Parley's first versions gave the fields. */
interface OlderDocument extends Omit<MessageExtras, 'content' | 'replyToId'> {
  _id: UUID
  conversationId: UUID
  sequence: number
  senderId: UUID
  clientMessageId: string
  text: string
  sentAt: Date
  version: number
  content?: string
  replyToId?: UUID
}

/** The names that no document has any more: `content`, `mentions` and `version` are overwritten. */
const GONE = [
  'conversationId',
  'sequence',
  'senderId',
  'clientMessageId',
  'text',
  'sentAt',
  'type',
  'replyToId',
  'forwardedFrom',
  'mediaIds',
  'expiresAt',
  'editedAt',
  'deletedAt',
  'deletedById',
] as const satisfies (keyof OlderDocument)[]

/** The unique index of the older documents. Beside it only one document of the newer kind could be kept. */
export const OLDER_INDEX = 'messages_in_order'

/** Documents that are read and rewritten at once. */
const BATCH = 500
/** The number of batches between two lines in the log. */
const BATCHES_PER_LINE = 100

export interface RewriteOptions {
  readonly log: Log
  /** Documents per batch, for tests; default 500. */
  readonly batch?: number | undefined
  /** Stops between two batches. The next start continues. */
  readonly signal?: AbortSignal | undefined
}

const isOlder = { conversationId: { $exists: true } }

export async function hasOlderDocuments(messages: Collection): Promise<boolean> {
  return (await messages.findOne(isOlder, { hint: '_id_', projection: { _id: 1 } })) !== null
}

/**
 * Gives every older document the newer names, by `_id`. Each document changes in one step, and only from its older form,
 * so several processes may do this at once, and a process that is killed loses nothing: the next call goes on with the
 * documents that are left. Ends when a whole pass finds none, and fails when a pass changes none of those that it found: their
 * fields do not say what the driver reads from them, and the next pass would be the same. No process of an older version may run meanwhile.
 */
export async function rewriteOlderDocuments(messages: Collection, options: RewriteOptions): Promise<void> {
  const older = messages as unknown as Collection<OlderDocument>
  options.log.info('Messages in MongoDB get the field names of this version.')
  let rewritten = 0
  for (;;) {
    const count = await rewriteOnce(older, options)
    if (count === 0) break
    rewritten += count
  }
  options.log.info('All messages in MongoDB have the field names of this version.', { rewritten })
}

async function rewriteOnce(older: Collection<OlderDocument>, options: RewriteOptions): Promise<number> {
  const { log, batch = BATCH, signal } = options
  let after: UUID | null = null
  let unchanged: OlderDocument | undefined
  let changed = 0
  for (let turn = 1, count = 0; ; turn++) {
    if (signal?.aborted) throw new StartupError('Stopped while messages were rewritten: the next start continues.')
    const found: OlderDocument[] = await older
      .find({ ...isOlder, ...(after && { _id: { $gt: after } }) }, { hint: '_id_' })
      .sort({ _id: 1 })
      .limit(batch)
      .toArray()
    const last = found.at(-1)
    if (!last) {
      if (changed === 0 && unchanged && (await isUnchanged(older, unchanged))) throw notOurs(unchanged)
      return count
    }
    // Another process may have rewritten one after it was found and before it was read.
    const documents = found.filter((document) => 'conversationId' in document)
    if (documents.length > 0) {
      const { modifiedCount } = await older.bulkWrite(documents.map(rewrite), { ordered: false })
      changed += modifiedCount
      unchanged ??= documents[0]
    }
    after = last._id
    count += found.length
    if (turn % BATCHES_PER_LINE === 0) log.info('Messages are being rewritten.', { rewritten: count })
  }
}

function rewrite(document: OlderDocument): AnyBulkWriteOperation<OlderDocument> {
  const { _id, conversationId, version } = document
  const message = read(document)
  const set = { conversation_id: conversationId, ...fixedOf(message), ...changingOf(message) }
  return {
    updateOne: {
      filter: { _id, conversationId, version },
      update: {
        // The driver's types know the older names alone.
        $set: set as unknown as Partial<OlderDocument>,
        $unset: Object.fromEntries(GONE.map((name) => [name, true as const])),
      },
      hint: '_id_',
    },
  }
}

function read(document: OlderDocument): StoredMessage {
  const { _id, conversationId, senderId, content, replyToId, ...rest } = document
  try {
    return {
      id: _id.toString(),
      conversationId: conversationId.toString(),
      sequence: rest.sequence,
      // Text that is no UUID could not be written as one.
      senderId: new UUID(senderId.toString()).toString(),
      clientMessageId: rest.clientMessageId,
      text: rest.text,
      sentAt: rest.sentAt,
      version: rest.version,
      ...extrasOf({
        ...rest,
        ...(content !== undefined && { content: JSON.parse(content) as JsonObject }),
        ...(replyToId && { replyToId: replyToId.toString() }),
      }),
    }
  } catch (cause) {
    throw notOurs(document, { cause })
  }
}

/** Another process may have rewritten it meanwhile. */
const isUnchanged = async (older: Collection<OlderDocument>, { _id }: OlderDocument): Promise<boolean> =>
  (await older.findOne({ ...isOlder, _id }, { hint: '_id_', projection: { _id: 1 } })) !== null

const notOurs = ({ _id }: OlderDocument, options?: ErrorOptions) =>
  new StartupError(`The document ${String(_id)} of the collection messages is none that Parley wrote.`, options)
