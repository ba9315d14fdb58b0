import type { Clock } from '../platform/clock/clock.ts'
import type { Vector } from '../platform/eventlog/cursor.ts'
import type { ViewerDevice } from '../platform/eventlog/kinds.ts'
import type { Log } from '../platform/log/log.ts'
import { NODE_TTL_SECONDS, type Presence } from '../platform/presence/presence.ts'
import type { Attendance } from './attendance.ts'
import type { Frontier } from './frontier.ts'
import type { Lane } from './lane.ts'
import type { Registration } from './registration.ts'
import type { Streams } from './streams.ts'

const ANNOUNCE_MS = (NODE_TTL_SECONDS * 1000) / 3

/**
 * Maximum time between two reads of the log. Consumers report only events, so the frontier of a quiet shard does not
 * rise, and its part of the cursors would fall below the start of the log.
 */
const MAX_UNREAD_MS = 10 * 60_000

export interface KeeperDeps {
  readonly presence: Presence
  readonly clock: Clock
  readonly log: Log
  readonly nodeId: string
  readonly lanes: readonly Lane[]
  readonly frontier: Frontier
  readonly streams: Streams
  readonly registration: Registration
  readonly attendance: Attendance
}

/**
 * Keeps the frontier correct. An event that the bus loses is noticed as a hole. But while presence lacks a device's
 * entry, consumers send nothing for it, and the frontier passes events that the device's stream never got: nothing
 * shows that. So the keeper remembers a frontier from a time when all entries certainly existed. Whenever an event was
 * missed or entries may have been missing, it falls back to that frontier and reads the log from there to its head,
 * all shards at once. The watermark of each stream drops repetitions, and no cursor includes an event that was only
 * found now.
 */
export interface Keeper extends AsyncDisposable {
  /** Whether every stream certainly got everything up to the frontier, as far as the node knows. */
  readonly isSure: boolean
  /** Holds the lanes before it returns. Resolves when everything up to the log's head was offered. */
  refresh(): Promise<void>
  /**
   * Resolves when presence has the device or is down. In the second case the device is registered when presence is
   * back, and missed events are read.
   */
  register(viewer: ViewerDevice): Promise<void>
  unregister(viewer: ViewerDevice): void
}

export async function startKeeper(deps: KeeperDeps): Promise<Keeper> {
  const { presence, clock, log, nodeId, lanes, frontier, streams, registration, attendance } = deps
  /**
   * Whether entries may be missing in presence. Then only `enterAll` adds entries, so that no user gets later events
   * before missed ones.
   */
  let doubtful = false
  let logged = false
  let announcedAt = clock.now()
  let readAt = clock.now()
  /**
   * The frontier one announcement ago and two ago. The keeper falls back to the older one, because a loss is noticed
   * late.
   */
  let safe: readonly [Vector, Vector] = [frontier.moment().vector, frontier.moment().vector]
  let state: 'idle' | 'reading' | 'releasing' | 'closed' = 'idle'
  let again = false
  let running = Promise.resolve()

  const doubt = (error: unknown) => {
    doubtful = true
    if (!logged) log.warn('Presence is down: streams are fed from the log alone, and devices get pushes.', { error })
    logged = true
  }

  const enterAll = async () => {
    // Before the calls, so that a loss during them counts.
    doubtful = false
    const now = clock.now()
    try {
      await presence.announce(nodeId)
      await registration.updateAll(streams.devices(nodeId))
      announcedAt = now
      logged = false
      attendance.restored()
    } catch (error) {
      doubt(error)
    }
  }

  const read = async () => {
    do {
      again = false
      if (doubtful) await enterAll()
      frontier.fallBackTo(safe[0])
      for (const stream of streams) stream.fellBack()
      await Promise.all(lanes.map((lane) => lane.readToHead()))
      // Everything up to here was offered to every stream, whatever presence contained.
      safe = [frontier.moment().vector, frontier.moment().vector]
      readAt = clock.now()
    } while (again && state === 'reading')
  }

  const refresh = (): Promise<void> => {
    if (state === 'closed') return running
    again = true
    if (state !== 'idle') return running
    state = 'reading'
    for (const lane of lanes) lane.hold()
    running = read().then(() => {
      if (state === 'closed') return
      state = 'releasing'
      for (const lane of lanes) lane.release()
      state = 'idle'
      if (again) return refresh()
      return
    })
    return running
  }

  /** Whether presence may have dropped the node, because the process was suspended or its clock jumped. */
  const expired = () => clock.now() - announcedAt > NODE_TTL_SECONDS * 1000

  const tick = async () => {
    if (expired()) doubtful = true
    if (doubtful || clock.now() - readAt > MAX_UNREAD_MS) return refresh()
    const { vector } = frontier.moment()
    const now = clock.now()
    try {
      await presence.announce(nodeId)
    } catch (error) {
      return doubt(error)
    }
    announcedAt = now
    if (!doubtful) safe = [safe[1], vector]
  }

  await presence.announce(nodeId)
  const resets = presence.onReset(() => {
    doubtful = true
    void refresh()
  })
  let ticking: Promise<void> | null = null
  const timer = setInterval(() => {
    ticking ??= tick().finally(() => {
      ticking = null
    })
  }, ANNOUNCE_MS)
  timer.unref()

  const close = async () => {
    state = 'closed'
    clearInterval(timer)
    resets[Symbol.dispose]()
    await Promise.all([ticking, running])
    await presence.retire(nodeId).catch((error: unknown) => {
      log.warn('The node could not leave presence: its entries expire.', { error })
    })
  }
  let closing: Promise<void> | undefined

  return {
    get isSure() {
      return state === 'idle' && !doubtful && !expired()
    },
    refresh,
    async register({ userId, deviceId }) {
      if (expired()) {
        doubtful = true
        void refresh()
      }
      await running
      if (!doubtful) await registration.update(userId, deviceId).catch(doubt)
      attendance.changed(userId)
    },
    unregister({ userId, deviceId }) {
      if (state === 'closed' || streams.isHere(userId, deviceId)) return
      const updated = registration.update(userId, deviceId).catch(doubt)
      void updated.then(() => attendance.changed(userId))
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
