import type { Catalog } from '../../../platform/catalog/catalog.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN } from '../hiding/shown.ts'
import { badInput, mentionsNoMember, notFound, PublicError } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { extrasOf, isExpired, type MessageBody } from './body.ts'
import { describeItem } from '../catalog/content.ts'
import type { ClaimMedia } from '../media/claim.ts'
import type { History } from './history.ts'
import type { NewMessage } from './input.ts'
import { findVisible } from './receipts.ts'

export interface ReferenceDeps {
  /** Checks that the sender may send the files, and keeps them from being deleted. */
  readonly claimMedia: ClaimMedia
  readonly catalog: Catalog
  readonly database: Sql
  readonly history: Pick<History, 'find'>
}

/**
 * Checks what the message refers to, and returns what is to be sent: for a forward the body of the original. Throws if the
 * sender may not see the answered or the forwarded message, or mentions somebody who takes no part. A message that
 * refers to nothing costs no statement.
 */
export async function resolveBody(
  { catalog, database, history, claimMedia }: ReferenceDeps,
  viewer: Viewer,
  conversationId: string,
  { clientMessageId: _, forwardOfId, ...said }: NewMessage,
): Promise<MessageBody> {
  const { mentions, replyToId } = said
  if (mentions || replyToId !== undefined) {
    const userIds = mentions?.userIds ?? []
    const found = await checkReferences(database, viewer.userId, conversationId, userIds, replyToId ?? null)
    if (!found.isParticipant) throw notFound('conversation', conversationId)
    if (replyToId !== undefined && !found.seesReply) throw notFound('message', replyToId)
    if (found.replyIsDeleted) throw messageDeleted('answered')
    judgeMentions(userIds, found)
  }
  if (said.mediaIds) await claimMedia(viewer, said.mediaIds, said.type ?? 'FILE')
  if (forwardOfId === undefined) {
    const { type, content } = said
    return type && content ? { ...said, content: await describeItem(catalog, type, content) } : said
  }

  const visible = await findVisible(database, viewer.userId, [forwardOfId])
  const [original] = await history.find(visible.map(({ id }) => id))
  if (!original) throw notFound('message', forwardOfId)
  if (original.deletedAt || isExpired(original)) throw messageDeleted('forwarded')
  // It would look as if the server had made it.
  if (original.type === 'SYSTEM') throw badInput('forwardOfId', 'A message of the type SYSTEM cannot be forwarded.')
  const { type, content, forwardedFrom, mediaIds } = extrasOf(original)
  return {
    text: original.text,
    ...(type && { type }),
    ...(content && { content }),
    ...(mediaIds && { mediaIds }),
    ...(replyToId !== undefined && { replyToId }),
    forwardedFrom: forwardedFrom ?? { messageId: original.id, conversationId: original.conversationId },
  }
}

/** Throws unless the sender may mention the users in the conversation. */
export async function checkMentions(
  sql: Sql,
  senderId: string,
  conversationId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return
  const found = await checkReferences(sql, senderId, conversationId, userIds, null)
  if (!found.isParticipant) throw notFound('conversation', conversationId)
  judgeMentions(userIds, found)
}

function judgeMentions(userIds: readonly string[], { mayListMembers, strangers }: References): void {
  // Otherwise the answer would tell whether somebody is a member.
  if (userIds.length > 0 && !mayListMembers)
    throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may mention its members.')
  if (strangers.length > 0) throw mentionsNoMember(strangers)
}

export const messageDeleted = (how: 'answered' | 'edited' | 'forwarded' | 'pinned' | 'reacted to') =>
  new PublicError('MESSAGE_DELETED', `The message was deleted for everyone: it can no longer be ${how}.`)

interface References {
  readonly isParticipant: boolean
  readonly mayListMembers: boolean
  /** Those of the users who take no part in the conversation. */
  readonly strangers: readonly string[]
  readonly seesReply: boolean
  readonly replyIsDeleted: boolean
}

async function checkReferences(
  sql: Sql,
  senderId: string,
  conversationId: string,
  mentioned: readonly string[],
  replyToId: string | null,
): Promise<References> {
  const { rows } = await sql.query<References>(
    `/* chat.checkReferences */ select
       exists (
         select from chat.participants
         where conversation_id = $2::uuid and user_id = $1::uuid and until_epoch is null
       ) as "isParticipant",
       coalesce(
         (select may_list_members from groups.rights where group_id = $2::uuid and user_id = $1::uuid),
         true
       ) as "mayListMembers",
       array(
         select asked.id
         from unnest($3::uuid[]) as asked (id)
         where not exists (
           select from chat.participants as p
           where p.conversation_id = $2::uuid and p.user_id = asked.id and p.until_epoch is null
         )
       ) as strangers,
       exists (
         select
         from chat.receipts as r
         join chat.own_conversations as own on own.conversation_id = r.conversation_id
         where r.message_id = $4::uuid
           and r.conversation_id = $2::uuid
           and own.user_id = $1::uuid
           and ${IS_SHOWN}
       ) as "seesReply",
       exists (
         select from chat.receipts as r where r.message_id = $4::uuid and r.deleted_at is not null
       ) as "replyIsDeleted"`,
    [senderId, conversationId, mentioned, replyToId],
  )
  return (
    rows[0] ?? { isParticipant: false, mayListMembers: false, strangers: [], seesReply: false, replyIsDeleted: false }
  )
}
