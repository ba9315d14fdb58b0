import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import { shareNext } from './share.ts'

/** Entries of one call to presence. */
const BATCH = 1_000

/** Devices whose last stream closed while presence was away, to be told later. Beyond it an entry stays: it costs a wait. */
const MAX_CHANGED = 100_000

/**
 * Keeps presence true to the streams of this node. Calls go one after the other and each says what is so when it is made,
 * so that a stream which closes while another of the same device opens never takes that one's entry away. Those who come
 * while a call is under way share the next one. After a call that failed nothing is told until `updateAll` tells it all.
 */
export interface Registration {
  /** Resolves once presence knows what is so of the device now. Rejects while presence is away; the change is kept. */
  update(userId: string, deviceId: string): Promise<void>
  /** The same for all these, and for what could not be told before. */
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

  const tell = async () => {
    if (failed) throw new Error('An earlier change could not be told to presence.')
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

  const flush = shareNext(tell)

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
