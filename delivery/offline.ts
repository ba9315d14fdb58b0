import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { KnownEvent, PushText, Saying } from '../platform/eventlog/kinds.ts'
import { formatPosition } from '../platform/eventlog/position.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { PUSH_QUEUE, pushShardOf } from './queues.ts'
import type { PushTarget } from './targets.ts'
import { retryForever, type RetryOptions } from './retry.ts'

/** An event that is pushed, with its kind. */
export interface PushedEvent {
  readonly event: LoggedEvent
  readonly known: KnownEvent
}

/** The common part of all pushes of one event. */
export type EventPush = PushText & Pick<PushDecision, 'event' | 'kind' | 'withdraws'>

/** The texts of these events' pushes, in order; null for a kind that is never pushed. Runs one statement per kind. */
export async function describePushes(sql: Sql, pushed: readonly PushedEvent[]): Promise<(EventPush | null)[]> {
  const texts = pushed.map((): EventPush | null => null)
  for (const kind of new Set(pushed.map(({ known }) => known.kind))) {
    if (!kind.push) continue
    const places = [...pushed.keys()].filter((at) => pushed[at]?.known.kind === kind)
    const described = await kind.push.describe(
      sql,
      places.map((at) => pushed[at]?.known.payload),
    )
    for (const [index, at] of places.entries()) {
      const [text, event] = [described[index], pushed[at]?.event]
      if (!text || !event) continue
      const withdraws = kind.push.withdraws && ({ withdraws: true } as const)
      texts[at] = { event: formatPosition(event.position), kind: kind.name, ...text, ...withdraws }
    }
  }
  return texts
}

/** Maximum pushes of one event that wait for the broker's confirm: it limits the memory for a large group. */
const UNCONFIRMED = 500

/**
 * Resolves when the broker has a push for each target. It may have one twice if a confirm was lost: the worker sends
 * only one. The users in `discreet` want no text of messages on their screens.
 */
export async function pushTo(
  queue: Queue,
  text: EventPush,
  targets: readonly PushTarget[],
  { reason, discreet }: { readonly reason: PushDecision['reason']; readonly discreet: ReadonlySet<string> },
  persistence: RetryOptions,
): Promise<void> {
  const { special, discreet: discreetBody, ...common } = text
  const chosen = new Set(special?.userIds)
  const speak = makeSpeaker()
  for (let at = 0; at < targets.length; at += UNCONFIRMED) {
    const batch = targets.slice(at, at + UNCONFIRMED).map((target): PushDecision => {
      const { userId, deviceId, token, service = null, detail = null, locale = null } = target
      const saying =
        discreetBody !== undefined && discreet.has(userId)
          ? discreetBody
          : special && chosen.has(userId)
            ? special.body
            : common.body
      const [title, body] = [speak(common.title, locale), speak(saying, locale)]
      return { userId, deviceId, token, service, detail, ...common, title, body, reason }
    })
    await Promise.all(
      batch.map((decision) => {
        const body = JSON.stringify(decision)
        const publish = () => queue.publish(PUSH_QUEUE, pushShardOf(decision.userId), body)
        return retryForever('publish a push to the queue', publish, persistence)
      }),
    )
  }
}

/** Says each text once for each language, however many devices get it. */
function makeSpeaker(): (saying: Saying, locale: string | null) => string {
  const said = new Map<Saying, Map<string | null, string>>()
  return (saying, locale) => {
    if (typeof saying === 'string') return saying
    const byLocale = said.get(saying) ?? new Map<string | null, string>()
    said.set(saying, byLocale)
    const text = byLocale.get(locale) ?? saying(locale)
    byLocale.set(locale, text)
    return text
  }
}
