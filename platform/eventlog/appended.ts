import type { Bus } from '../bus/bus.ts'
import type { Log } from '../log/log.ts'

/** The bus channel on which a process announces that it appended to the log, after the commit. */
export const APPENDED_CHANNEL = 'events.appended'

/** Tells the relay that the log has new events. If the message is lost, the relay finds them half a second later. */
export function announceAppended(bus: Bus, key: string, log: Log): void {
  bus.publish(APPENDED_CHANNEL, key).catch((error: unknown) => {
    log.debug('The relay could not be told of an event: it finds it within half a second.', { error })
  })
}
