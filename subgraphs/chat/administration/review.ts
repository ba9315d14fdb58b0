import { recordAdminActs } from '../../admin-acts.ts'
import { notFound } from '../../errors.ts'
import type { MessageRow } from '../messages/history.ts'
import type { Review } from './input.ts'
import type { AdministrationPorts } from './ports.ts'
import { findLastSequence, findPlaceOf } from './store.ts'

export interface Reviewed {
  readonly conversationId: string
  /** The newest first. */
  readonly messages: readonly MessageRow[]
  readonly hasEarlier: boolean
}

/** Reads a page of messages for an admin. It is in the security log before anything is read. */
export async function review(ports: AdministrationPorts, adminId: string, asked: Review): Promise<Reviewed> {
  const { database, clock, clientNetwork, history } = ports
  const { conversationId, before } = await placeOf(ports, asked)
  const lastSequence = await findLastSequence(database, conversationId)
  if (lastSequence === null) throw notFound('conversation', conversationId)
  await recordAdminActs(database, {
    kind: 'MESSAGES_REVIEWED',
    at: new Date(clock.now()),
    adminId,
    targetId: conversationId,
    note: asked.reason,
    clientNetwork,
  })
  const last = Math.min(before - 1, lastSequence)
  const first = Math.max(1, last - asked.limit + 1)
  const messages = last < first ? [] : await history.range(conversationId, first, last)
  return { conversationId, messages: messages.toReversed(), hasEarlier: first > 1 }
}

async function placeOf({ database }: AdministrationPorts, asked: Review) {
  if (!('messageId' in asked)) return asked
  const place = await findPlaceOf(database, asked.messageId)
  if (!place) throw notFound('message', asked.messageId)
  return { conversationId: place.conversationId, before: place.sequence + Math.ceil(asked.limit / 2) }
}
