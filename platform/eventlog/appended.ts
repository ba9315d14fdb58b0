import type { Bus } from '../bus/bus.ts'
import type { Log } from '../log/log.ts'

/** The bus channel on which whoever appended to the log says so, after the commit. */
export const APPENDED_CHANNEL = 'events.appended'

/** Tells the relay that there is something to read. A hint: losing one costs the relay's idle pause, half a second. */
export function announceAppended(bus: Bus, key: string, log: Log): void {
  bus.publish(APPENDED_CHANNEL, key).catch((error: unknown) => {
    log.debug('The relay was not told of an event: it finds it by itself', { error })
  })
}
