import { pause } from '../platform/backoff.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds, KnownEvent } from '../platform/eventlog/kinds.ts'
import type { Log } from '../platform/log/log.ts'
import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import type { Database } from '../platform/sql/sql.ts'
import { decide, recipientsByNode, type Decision, type Doubts, type Recipient } from './decide.ts'
import type { Audiences } from './audiences.ts'
import type { Outage } from './outage.ts'
import { streamsOf, type Lookups } from './recipients.ts'
import type { PushTarget } from './targets.ts'
import { isAboutValues, retryForever, type RetryOptions } from './retry.ts'

/** The work for one event. */
export type Work =
  /** Not a kind that is delivered. */
  | { readonly phase: 'nothing' }
  | {
      readonly phase: 'deliver'
      readonly known: KnownEvent
      /** The number of users. */
      readonly recipients: number
      readonly decisions: readonly Decision[]
      readonly byNode: ReadonlyMap<string, readonly string[]>
      /** Presence was down: any node may host a recipient. */
      readonly blind: boolean
    }
  /** The event can never be delivered. Its known devices still get a push. */
  | { readonly phase: 'park'; readonly reason: string; readonly targets: readonly PushTarget[] }

export interface PrepareDeps {
  readonly database: Database
  readonly presence: Presence
  readonly kinds: Kinds
  readonly lookups: Lookups
  /** Those of the shard. */
  readonly audiences: Audiences
  readonly doubts: Doubts
  readonly outage: Outage
  readonly log: Log
}

/** Maximum tries of an event whose error is caused by the event itself. */
const TRIES = 4
/** The first pause between tries; it doubles. The shard waits meanwhile, to keep its order. */
const TRY_PAUSE_MS = 50

type Found = { readonly userIds: readonly string[] } | { readonly failure: string }

/**
 * Decides the work for a batch of events. The events were read before, so a stream that presence does not show yet
 * replays them. Services that are down are waited for, except presence: without it everybody counts as offline, until
 * the second check when it is back (deliver.ts).
 */
export async function prepare(
  deps: PrepareDeps,
  events: readonly LoggedEvent[],
  persistence: RetryOptions,
): Promise<Work[]> {
  const { kinds, lookups, presence, doubts, outage, log } = deps
  const answers = await findRecipients(deps, events, persistence)

  const everybody = union(answers.map((answer) => ('userIds' in answer ? answer.userIds : [])))
  let blind = false
  const [streams, targets] = await Promise.all([
    streamsOf(presence, everybody).catch((error: unknown) => {
      blind = true
      outage.failed()
      log.warn('Presence is down: pushes wait for it for a while, and streams read the log when it is back.', { error })
      return new Map<string, Whereabouts[]>()
    }),
    retryForever('read the push targets', () => lookups.targets(everybody), persistence),
  ])

  return events.map((event, at): Work => {
    const answer = answers[at]
    if (!answer || !kinds.isDelivered(event.kind)) return undelivered(kinds, event)
    if ('failure' in answer) return { phase: 'park', reason: answer.failure, targets: [] }
    const known = kinds.read(event)
    if (!known) {
      const devices = answer.userIds.flatMap((userId) => targets.get(userId) ?? [])
      return { phase: 'park', reason: `The payload does not fit the kind ${event.kind}.`, targets: devices }
    }
    const recipients = answer.userIds.map((userId): Recipient => ({
      userId,
      streams: streams.get(userId) ?? [],
      targets: targets.get(userId) ?? [],
    }))
    const { push } = known.kind
    const withheldFrom = (userId: string) => (push ? push.withheldFrom(known.payload, userId) : 'kind is not pushed')
    const decisions = recipients.flatMap((recipient) => decide(withheldFrom, recipient, doubts))
    const byNode = recipientsByNode(recipients)
    return { phase: 'deliver', known, recipients: recipients.length, decisions, byNode, blind }
  })
}

/**
 * An event of a kind without an audience is done. An event of a kind that this version does not know is parked for a
 * version that does.
 */
function undelivered(kinds: Kinds, { kind }: LoggedEvent): Work {
  if (kinds.find(kind)) return { phase: 'nothing' }
  const reason = `The kind ${kind} is unknown: a newer version appended it, and must deliver it.`
  return { phase: 'park', reason, targets: [] }
}

/**
 * Finds the recipients of all events at once. If an event makes the batch fail, they are looked up one by one, so that
 * it does not affect the others.
 */
async function findRecipients(
  { database, kinds, audiences, log }: PrepareDeps,
  events: readonly LoggedEvent[],
  persistence: RetryOptions,
): Promise<Found[]> {
  const patient = { ...persistence, mayPass: (error: unknown) => !isAboutValues(error) }
  const ask = <Found>(find: () => Promise<Found>) => retryForever('find the recipients', find, patient)
  try {
    return (await ask(() => audiences.find(events))).map((userIds) => ({ userIds }))
  } catch (error) {
    if (!isAboutValues(error)) throw error
    log.warn('The recipients of a batch could not be found: looking them up one by one.', { error })
  }
  const found: Found[] = []
  for (const event of events) found.push(kinds.isDelivered(event.kind) ? await askAlone(event) : { userIds: [] })
  return found

  async function askAlone(event: LoggedEvent): Promise<Found> {
    for (let attempt = 1; ; attempt++) {
      try {
        return { userIds: (await ask(() => kinds.recipients(database, [event])))[0] ?? [] }
      } catch (error) {
        if (!isAboutValues(error)) throw error
        if (attempt === TRIES) return { failure: String(error) }
      }
      await pause(TRY_PAUSE_MS * 2 ** (attempt - 1), persistence.signal)
    }
  }
}

/** The members of all lists, each once. Events of one key share a list. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = new Set(lists)
  return first && others.length === 0 ? first : [...new Set(lists.flat())]
}
