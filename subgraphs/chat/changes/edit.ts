import type { Sql } from '../../../platform/sql/sql.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { bodyOf, canonicalJson, extrasOf, type Mentions } from '../messages/body.ts'
import type { MessageRow } from '../messages/history.ts'
import { parseMentions, parseText } from '../messages/input.ts'
import { checkMentions, messageDeleted } from '../messages/references.ts'
import { refusal } from '../messages/send.ts'
import type { StoredMessage } from '../messages/store/messages.ts'
import { replaceRows } from '../messages/store/postgres.ts'
import { MESSAGE_EDITED, type MessageChanged } from './events.ts'
import { MAX_VERSIONS } from './limits.ts'
import type { Changing, EditInput } from './ports.ts'
import { findReceipt, keepVersions, replaceMentions, setVersion } from './store.ts'

/** How often an edit begins anew because another edit of the same message came before it. */
const MAX_TRIES = 10

/** Edits a message of the viewer. Returns it as it is then; what changes nothing is told to nobody. */
export async function editMessage(deps: Changing, viewer: Viewer, input: EditInput): Promise<MessageRow> {
  const { database, visible, announce, write, store } = deps
  const id = parseId(input.messageId)
  if (!id) throw notFound('message', input.messageId)
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await visible(viewer.userId, id)
    if (!before) throw notFound('message', input.messageId)
    const edited = await judge(deps, viewer, before, input)
    if (!edited) return before
    const now = new Date(edited.editedAt)
    const outcome = await database.transaction((sql) => change(sql, deps, before, edited, viewer.userId, now))
    if (outcome === 'OVERTAKEN') continue
    if (outcome !== 'DONE') throw outcome
    announce(before.conversationId)
    await write([edited], store.replace)
    return edited
  }
  throw new PublicError('CONFLICT', 'Other edits of the message came first: read it again, then repeat yours.')
}

type Edited = StoredMessage & { readonly editedAt: string }

/** The message as it will be; null if it says this already. Throws if the viewer may not edit it, or not so. */
async function judge(
  { database, clock, windows, maxText }: Changing,
  viewer: Viewer,
  message: MessageRow,
  input: EditInput,
): Promise<Edited | null> {
  if (message.senderId !== viewer.userId) throw new PublicError('FORBIDDEN', 'Only its sender may edit a message.')
  if (message.deletedAt) throw messageDeleted('edited')
  // The text of a forward is somebody else's.
  if (message.type === 'SYSTEM' || message.forwardedFrom)
    throw new PublicError('NOT_EDITABLE', 'Forwarded messages and messages of the type SYSTEM cannot be edited.')
  const text = parseText(message.type ?? 'TEXT', input.text, maxText)
  const mentions = parseMentions(input.mentions)
  const { mentions: mentionedBefore, ...kept } = extrasOf(message)
  if (text === message.text && canonicalJson(mentions ?? null) === canonicalJson(mentionedBefore ?? null)) return null
  const version = message.version ?? 1
  if (input.expectedVersion != null && input.expectedVersion !== version)
    throw new PublicError(
      'CONFLICT',
      `The message must have the version ${input.expectedVersion}, and has ${version}: read it again, then repeat the edit.`,
    )
  const now = clock.now()
  const until = message.sentAt.getTime() + windows.editMs
  if (now >= until) {
    const at = new Date(until).toISOString()
    throw new PublicError('EDIT_WINDOW_OVER', `The message could be edited until ${at}.`, { until: at })
  }
  if (version >= MAX_VERSIONS)
    throw new PublicError('EDIT_LIMIT', `A message can have at most ${MAX_VERSIONS} versions: send another message.`)
  await checkMentions(database, viewer.userId, message.conversationId, added(mentions, mentionedBefore))
  const { id, conversationId, sequence, senderId, clientMessageId, sentAt } = message
  return {
    ...{ id, conversationId, sequence, senderId, clientMessageId, sentAt },
    ...kept,
    text,
    ...(mentions && { mentions }),
    editedAt: new Date(now).toISOString(),
    version: version + 1,
  }
}

/** Whom the edit mentions first: who was mentioned before may have left meanwhile. */
function added(mentions: Mentions | undefined, before: Mentions | undefined): readonly string[] {
  const known = new Set(before?.userIds)
  return (mentions?.userIds ?? []).filter((userId) => !known.has(userId))
}

/** One transaction. Under the conversation's lock edits, deletions and sends of the conversation have one order. */
async function change(
  sql: Sql,
  { eventLog, store }: Changing,
  before: MessageRow,
  edited: Edited,
  userId: string,
  now: Date,
): Promise<'DONE' | 'OVERTAKEN' | PublicError> {
  const { id, conversationId } = edited
  await eventLog.lock(sql, conversationId)
  const receipt = await findReceipt(sql, id, userId, now)
  if (!receipt) return notFound('message', id)
  if (receipt.refusal === 'MUTED')
    return refusal({ outcome: 'MUTED', until: receipt.mutedUntil ?? now }, conversationId, now)
  if (receipt.refusal) return refusal({ outcome: receipt.refusal }, conversationId, now)
  if (receipt.version !== edited.version - 1) return 'OVERTAKEN'

  await setVersion(sql, id, edited.version)
  if (store.sharesTransaction) await replaceRows(sql, [edited])
  await replaceMentions(sql, edited)
  const payload = { ...edited, sentAt: edited.sentAt.toISOString(), stored: store.sharesTransaction }
  const { position } = await eventLog.append(sql, {
    kind: MESSAGE_EDITED,
    key: conversationId,
    payload: payload satisfies MessageChanged as never, // JSON, as a send's
  })
  await keepVersions(sql, [
    {
      messageId: id,
      version: edited.version - 1,
      body: bodyOf(before),
      madeAt: before.editedAt ?? before.sentAt,
      position: null,
    },
    { messageId: id, version: edited.version, body: bodyOf(edited), madeAt: now, position },
  ])
  return 'DONE'
}
