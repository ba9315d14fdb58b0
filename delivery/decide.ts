import type { Whereabouts } from '../platform/presence/presence.ts'
import type { PushTarget } from './targets.ts'

/** One recipient of an event, as known after the event was read. */
export interface Recipient {
  readonly userId: string
  readonly streams: readonly Whereabouts[]
  readonly targets: readonly PushTarget[]
}

/**
 * Nodes and devices that missed a deadline and were not heard of since: events are still sent to them, but nobody
 * waits for them.
 */
export interface Doubts {
  node(nodeId: string): boolean
  device(deviceId: string): boolean
}

/** What happens for one device. */
export type Decision =
  /** The device has a stream: it gets a push only if none of these nodes reports in time that it was reached. */
  | { readonly to: 'stream'; readonly target: PushTarget; readonly nodes: readonly string[] }
  | { readonly to: 'push'; readonly target: PushTarget; readonly reason: 'offline' | 'unreached' }
  /** The device never gets a push, by the rule named in `why`, such as `sender`; its streams still get the event. */
  | { readonly to: 'nobody'; readonly target: PushTarget; readonly why: string }

/** The rule that withholds the event's push from a recipient; null if none does. */
export type WithheldFrom = (userId: string) => string | null

/**
 * Decides for each device of a recipient that has a live session. A stream of another device gets the event, but is
 * not waited for.
 */
export function decide(
  withheldFrom: WithheldFrom,
  { userId, streams, targets }: Recipient,
  doubts: Doubts,
): Decision[] {
  const why = withheldFrom(userId)
  return targets.map((target): Decision => {
    if (why !== null) return { to: 'nobody', target, why }
    const { deviceId } = target
    const nodes: string[] = []
    for (const stream of streams) if (stream.deviceId === deviceId) nodes.push(stream.nodeId)
    if (nodes.length === 0) return { to: 'push', target, reason: 'offline' }
    const trusted = doubts.device(deviceId) ? [] : nodes.filter((nodeId) => !doubts.node(nodeId))
    if (trusted.length === 0) return { to: 'push', target, reason: 'unreached' }
    return { to: 'stream', target, nodes: trusted }
  })
}

/** The nodes that get the event, each with the recipients that have a stream there, including doubted ones. */
export function recipientsByNode(recipients: readonly Pick<Recipient, 'userId' | 'streams'>[]): Map<string, string[]> {
  const nodes = new Map<string, string[]>()
  for (const { userId, streams } of recipients)
    for (const { nodeId } of streams) {
      const users = nodes.get(nodeId)
      if (!users) nodes.set(nodeId, [userId])
      // A user may have many streams on one node.
      else if (users.at(-1) !== userId) users.push(userId)
    }
  return nodes
}
