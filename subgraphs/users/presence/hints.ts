import type { Bus } from '../../../platform/bus/bus.ts'
import type { Log } from '../../../platform/log/log.ts'

/** The bus channel that tells whoever watches the user to look again. */
export const presenceChannel = (userId: string): string => `presence:${userId}`

/**
 * Tells the watchers of these users that they may see something else from now on: the users came or left, or changed
 * who may see it. A message says nothing itself, so that nobody learns from it what they may not see.
 */
export function hintPresence(bus: Bus, userIds: readonly string[], log: Log): void {
  for (const userId of userIds) {
    bus.publish(presenceChannel(userId), '').catch((error: unknown) => {
      log.debug('Watchers could not be told of a presence: they look again when the bus is back.', { error })
    })
  }
}
