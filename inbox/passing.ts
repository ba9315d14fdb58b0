import type { Bus } from '../platform/bus/bus.ts'
import type { Presence } from '../platform/presence/presence.ts'
import { nodeChannel, type PassingMessage } from './protocol.ts'

/** An event that is told to who has a stream now, and is never stored: lost without harm. */
export interface PassingEvent {
  readonly kind: string
  readonly payload: unknown
}

/** The limit of one `Presence.find`. */
const BATCH = 1_000

/** Sends the event once to each node that has streams of these users. Rejects while presence or the bus is down. */
export async function passEvent(
  { bus, presence }: { readonly bus: Bus; readonly presence: Pick<Presence, 'find'> },
  id: string,
  { kind, payload }: PassingEvent,
  userIds: readonly string[],
): Promise<void> {
  for (let at = 0; at < userIds.length; at += BATCH) {
    const byNode = new Map<string, Set<string>>()
    for (const { nodeId, userId } of await presence.find(userIds.slice(at, at + BATCH))) {
      byNode.set(nodeId, (byNode.get(nodeId) ?? new Set()).add(userId))
    }
    await Promise.all(
      [...byNode].map(([nodeId, recipients]) => {
        const message: PassingMessage = { type: 'passing', id, recipients: [...recipients], kind, payload }
        return bus.publish(nodeChannel(nodeId), JSON.stringify(message))
      }),
    )
  }
}
