import type { Whereabouts } from '../platform/presence/presence.ts'
import type { PushTarget } from './recipients.ts'

/** One recipient of an event, as known after the event was read. */
export interface Recipient {
  readonly userId: string
  readonly streams: readonly Whereabouts[]
  readonly targets: readonly PushTarget[]
}

/** Who ran out of time once and was not heard of since: still sent to, but not waited for. */
export interface Doubts {
  node(nodeId: string): boolean
  device(deviceId: string): boolean
}

/** What becomes of one device. */
export type Decision =
  /** It has a stream: it gets a push only if none of these nodes says in time that it was reached. */
  | { readonly to: 'stream'; readonly target: PushTarget; readonly nodes: readonly string[] }
  | { readonly to: 'push'; readonly target: PushTarget; readonly reason: 'offline' | 'unreached' }
  /** It is never pushed to, by the rule named here, such as `sender`; its streams show the event all the same. */
  | { readonly to: 'nobody'; readonly target: PushTarget; readonly why: string }

/** The rule that keeps the event's push from a recipient; null where it is pushed if no stream gets it. */
export type WithheldFrom = (userId: string) => string | null

/** Decides for each device of a recipient with a live session. A stream of a device without one is fed and not waited for. */
export function decide(withheldFrom: WithheldFrom, recipient: Recipient, doubts: Doubts): Decision[] {
  const why = withheldFrom(recipient.userId)
  return recipient.targets.map((target): Decision => {
    if (why !== null) return { to: 'nobody', target, why }
    const nodes = recipient.streams.filter(({ deviceId }) => deviceId === target.deviceId).map(({ nodeId }) => nodeId)
    if (nodes.length === 0) return { to: 'push', target, reason: 'offline' }
    const trusted = doubts.device(target.deviceId) ? [] : nodes.filter((nodeId) => !doubts.node(nodeId))
    if (trusted.length === 0) return { to: 'push', target, reason: 'unreached' }
    return { to: 'stream', target, nodes: trusted }
  })
}

/** Which nodes get the event, and whom each is to feed: every recipient with a stream there, the doubted ones too. */
export function recipientsByNode(recipients: readonly Recipient[]): Map<string, string[]> {
  const nodes = new Map<string, Set<string>>()
  for (const { userId, streams } of recipients)
    for (const { nodeId } of streams) {
      const users = nodes.get(nodeId) ?? new Set()
      nodes.set(nodeId, users.add(userId))
    }
  return new Map([...nodes].map(([nodeId, users]) => [nodeId, [...users]]))
}
