import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition } from '../platform/eventlog/position.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { messageOf } from './message.ts'
import { PUSH_QUEUE, pushShardOf } from './queues.ts'
import type { PushTarget } from './recipients.ts'
import { persist, type Persistence } from './retry.ts'

/** What a push shows, the same for every device. */
export type PushText = Pick<PushDecision, 'event' | 'title' | 'body' | 'data'>

/** Providers take 4,096 bytes in all; what is cut off is read in the app. In UTF-16 units, before the mark of the cut. */
const MAX_BODY = 500
const MAX_TITLE = 100

interface Names {
  readonly senderName: string | null
  readonly groupTitle: string | null
}

/** The texts of these events' pushes, in order. Events that are no message get none (null). */
export async function describePushes(sql: Sql, events: readonly LoggedEvent[]): Promise<(PushText | null)[]> {
  const messages = events.map((event) => messageOf(event))
  const { rows } = await sql.query<Names & { ord: number }>(
    `/* delivery.describePushes */
     select asked.ord::int as ord, people.display_name as "senderName", titles.title as "groupTitle"
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (sender_id, conversation_id, ord)
     left join users.people on people.user_id = asked.sender_id
     left join groups.titles on titles.group_id = asked.conversation_id`,
    [messages.map((message) => message?.senderId ?? null), messages.map((message) => message?.conversationId ?? null)],
  )
  const names = new Map(rows.map((row) => [row.ord, row]))
  return messages.map((message, at) => {
    const event = events[at]
    if (!message || !event) return null
    const { senderName, groupTitle } = names.get(at + 1) ?? { senderName: null, groupTitle: null }
    const sender = senderName ?? 'Somebody'
    return {
      event: formatPosition(event.position),
      title: cut(groupTitle ?? sender, MAX_TITLE),
      body: cut(groupTitle === null ? message.text : `${sender}: ${message.text}`, MAX_BODY),
      data: { conversationId: message.conversationId, messageId: message.id },
    }
  })
}

/** For an event that could not be read: it says that there is something, and where. */
export const parkedText = ({ key, position }: LoggedEvent): PushText => ({
  event: formatPosition(position),
  title: 'New message',
  body: '',
  data: { conversationId: key },
})

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // Never between the two halves of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most
  return `${text.slice(0, end)}…`
}

/** Pushes of one event that are on their way to the broker at once: bounds what a large group costs in memory. */
const UNCONFIRMED = 500

/** Resolves when the broker has a push for each target. It may have one twice when a confirm was lost: the worker sends one. */
export async function pushTo(
  queue: Queue,
  text: PushText,
  targets: readonly PushTarget[],
  reason: PushDecision['reason'],
  persistence: Persistence,
): Promise<void> {
  for (let at = 0; at < targets.length; at += UNCONFIRMED) {
    const batch = targets.slice(at, at + UNCONFIRMED).map((target): PushDecision => {
      const { userId, deviceId, token } = target
      return { userId, deviceId, token, ...text, reason }
    })
    await Promise.all(
      batch.map((decision) => {
        const body = JSON.stringify(decision)
        const publish = () => queue.publish(PUSH_QUEUE, pushShardOf(decision.userId), body)
        return persist('publish a push to the queue', publish, persistence)
      }),
    )
  }
}
