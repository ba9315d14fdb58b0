import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import { shareNext } from './share.ts'

/** Maximum entries of one call to presence. */
const BATCH = 1_000

/** Maximum changes that are kept during an outage of presence. Beyond it an entry may stay: that costs a wait. */
const MAX_CHANGED = 100_000

/**
 * Keeps presence equal to the streams of this node. Calls are made one after the other, and each sends the state at
 * its time: so a stream that closes while another one of the same device opens never removes the other's entry.
 * Callers who come during a call share the next one. After a failed call nothing is sent until `updateAll` sends
 * everything.
 */
export interface Registration {
  /** Resolves when presence has the device's state of now. Rejects while presence is down; the change is kept. */
  update(userId: string, deviceId: string): Promise<void>
  /** The same for all of these, and for all changes that could not be sent before. */
  updateAll(devices: Iterable<Whereabouts>): Promise<void>
}

export function makeRegistration(
  presence: Presence,
  nodeId: string,
  isHere: (userId: string, deviceId: string) => boolean,
): Registration {
  const changed = new Map<string, Whereabouts>()
  let failed = false

  const note = (entry: Whereabouts) => {
    const key = `${entry.userId} ${entry.deviceId}`
    if (changed.has(key) || changed.size < MAX_CHANGED) changed.set(key, entry)
  }

  const send = async () => {
    if (failed) throw new Error('An earlier change could not be sent to presence.')
    const entries = [...changed.values()]
    changed.clear()
    try {
      for (let at = 0; at < entries.length; at += BATCH) {
        const batch = entries.slice(at, at + BATCH)
        const joined: Whereabouts[] = []
        const left: Whereabouts[] = []
        for (const entry of batch) (isHere(entry.userId, entry.deviceId) ? joined : left).push(entry)
        if (joined.length > 0) await presence.join(joined)
        if (left.length > 0) await presence.leave(left)
      }
    } catch (error) {
      failed = true
      entries.forEach(note)
      throw error
    }
  }

  const flush = shareNext(send)

  return {
    update(userId, deviceId) {
      note({ userId, deviceId, nodeId })
      return flush()
    },
    updateAll(devices) {
      failed = false
      for (const entry of devices) note(entry)
      return flush()
    },
  }
}
