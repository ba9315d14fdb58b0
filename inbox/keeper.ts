import type { Clock } from '../platform/clock/clock.ts'
import type { Vector } from '../platform/eventlog/cursor.ts'
import type { Recipient } from '../platform/eventlog/kinds.ts'
import type { Log } from '../platform/log/log.ts'
import { NODE_TTL_SECONDS, type Presence } from '../platform/presence/presence.ts'
import type { Frontier } from './frontier.ts'
import type { Lane } from './lane.ts'
import type { Registration } from './registration.ts'
import type { Streams } from './streams.ts'

const ANNOUNCE_MS = (NODE_TTL_SECONDS * 1000) / 3

/**
 * How long the frontier goes without a look at the log. Consumers speak of events only: the part of the cursors that
 * belongs to a quiet shard would grow old with it, and at last lie below the log's start.
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
}

/**
 * Keeps the node's frontier true. What the bus loses shows as a hole. While presence misses a device's entry, consumers
 * send nothing for it, and the frontier passes events that its stream never got, which shows nowhere. So the keeper
 * remembers a frontier of when all entries were there for sure. Whenever something was missed, and whenever entries may
 * have been, it falls back to that one and reads on from the log to the head, all shards at once: each stream's watermark
 * takes out what it has already, and no cursor speaks of what comes only now.
 */
export interface Keeper extends AsyncDisposable {
  /** Holds the lanes before it returns. Resolves when everything up to the log's head was offered. */
  refresh(): Promise<void>
  /** Resolves when presence has the device, or is away: it is entered when it is back, and what was missed is read. */
  register(viewer: Recipient): Promise<void>
  unregister(viewer: Recipient): void
}

export async function startKeeper(deps: KeeperDeps): Promise<Keeper> {
  const { presence, clock, log, nodeId, lanes, frontier, streams, registration } = deps
  /** Entries may be missing. From then on only `enter` joins any, so that no user's later events come before missed ones. */
  let doubtful = false
  let told = false
  let announcedAt = clock.now()
  let readAt = clock.now()
  /** The frontier one announcement ago and two ago. The older one counts: a loss is noticed later than it happens. */
  let sure: readonly [Vector, Vector] = [frontier.moment().vector, frontier.moment().vector]
  let state: 'idle' | 'reading' | 'releasing' | 'closed' = 'idle'
  let again = false
  let running = Promise.resolve()

  const doubt = (error: unknown) => {
    doubtful = true
    if (!told) log.warn('Presence is away: streams live on the log alone, and devices get pushes', { error })
    told = true
  }

  const enter = async () => {
    doubtful = false // a loss from now on is another one
    const now = clock.now()
    try {
      await presence.announce(nodeId)
      await registration.updateAll(streams.devices(nodeId))
      announcedAt = now
      told = false
    } catch (error) {
      doubt(error)
    }
  }

  const read = async () => {
    do {
      again = false
      if (doubtful) await enter()
      frontier.fallBackTo(sure[0])
      for (const stream of streams) stream.fellBack()
      await Promise.all(lanes.map((lane) => lane.readToHead()))
      // Everything up to here was offered to everybody, whatever presence had.
      sure = [frontier.moment().vector, frontier.moment().vector]
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

  /** The process stood still, or its clock jumped: presence may have given the node up. */
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
    if (!doubtful) sure = [sure[1], vector]
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
      log.warn('The node could not leave presence: its entries run out by themselves', { error })
    })
  }
  let closing: Promise<void> | undefined

  return {
    refresh,
    async register({ userId, deviceId }) {
      if (expired()) {
        doubtful = true
        void refresh()
      }
      await running
      if (!doubtful) await registration.update(userId, deviceId).catch(doubt)
    },
    unregister({ userId, deviceId }) {
      if (state === 'closed' || streams.isHere(userId, deviceId)) return
      registration.update(userId, deviceId).catch(doubt)
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
