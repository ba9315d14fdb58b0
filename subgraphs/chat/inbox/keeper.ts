import type { Clock } from '../../../platform/clock/clock.ts'
import type { Vector } from '../../../platform/eventlog/cursor.ts'
import type { Log } from '../../../platform/log/log.ts'
import { NODE_TTL_SECONDS, type Presence } from '../../../platform/presence/presence.ts'
import type { Viewer } from '../../viewer.ts'
import type { Frontier } from './frontier.ts'
import type { Lane } from './lane.ts'
import type { Registration } from './registration.ts'
import type { Streams } from './streams.ts'

const ANNOUNCE_MS = (NODE_TTL_SECONDS * 1000) / 3

/**
 * A shard of which no consumer said anything for so long is read from the log: delivery may be down, and an idle shard's
 * part of the cursors would grow old.
 */
const SILENCE_MS = 30_000

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
 * Keeps the node known to presence. While entries may have been lost, consumers send nothing for their devices, and the
 * frontier passes events that its streams never got. So it remembers where the frontier was when the entries were there
 * for sure; when they may have been lost it enters them again, falls back to there, and reads on from the log: each
 * stream's watermark takes out what it has already.
 */
export interface Keeper extends AsyncDisposable {
  /** Resolves when presence has the device, or is away: it is entered when it is back, and what was missed is read. */
  register(viewer: Viewer): Promise<void>
  unregister(viewer: Viewer): void
}

export async function startKeeper(deps: KeeperDeps): Promise<Keeper> {
  const { presence, clock, log, nodeId, lanes, frontier, streams, registration } = deps
  let closed = false
  /** Entries may be missing, and only `restore` may enter any: else a user's later events could come before missed ones. */
  let doubtful = false
  let told = false
  let announcedAt = clock.now()
  /** The frontier one announcement ago and two ago. The older one: a loss is noticed later than it happens. */
  let sure: readonly [Vector, Vector] = [frontier.moment().vector, frontier.moment().vector]
  let restoring: Promise<void> | null = null

  /** Holds all shards, so that nothing is taken in between the entering and the reading. */
  const restore = async () => {
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const held = lanes.map((lane) => {
      const { promise, resolve } = withResolvers()
      void lane.alone(async () => {
        resolve()
        await released
      })
      return promise
    })
    try {
      await Promise.all(held)
      doubtful = false // a loss from now on is another one
      await presence.announce(nodeId)
      await registration.updateAll(streams.devices(nodeId))
      announcedAt = clock.now()
      frontier.fallBackTo(sure[0])
      for (const stream of streams) stream.fellBack()
      await Promise.all(lanes.map((lane) => lane.readToHead()))
      sure = [frontier.moment().vector, frontier.moment().vector]
      told = false
    } catch (error) {
      doubtful = true
      throw error
    } finally {
      release()
    }
  }

  const restoreOnce = () => {
    restoring ??= restore().finally(() => {
      restoring = null
    })
    return restoring
  }

  const later = (error: unknown) => {
    doubtful = true
    if (!told) log.warn('Presence is away: the devices here get pushes until it is back', { error })
    told = true
  }

  /** The process stood still, or its clock jumped: presence may have given the node up. */
  const expired = () => clock.now() - announcedAt > NODE_TTL_SECONDS * 1000

  const announce = async () => {
    const { vector } = frontier.moment()
    const now = clock.now()
    if (doubtful || expired()) return restoreOnce()
    await presence.announce(nodeId)
    announcedAt = now
    if (!doubtful) sure = [sure[1], vector]
  }

  const readSilent = () => {
    for (const lane of lanes) if (clock.now() - lane.movedAt() > SILENCE_MS) lane.doubt()
  }

  const tick = async () => {
    readSilent()
    await announce().catch(later)
  }

  await presence.announce(nodeId)
  const resets = presence.onReset(() => {
    doubtful = true
    if (!closed) restoreOnce().catch(later)
  })
  let ticking: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    ticking = tick().finally(() => {
      busy = false
    })
  }, ANNOUNCE_MS)
  timer.unref()

  let disposed: Promise<void> | undefined
  const dispose = async () => {
    closed = true
    clearInterval(timer)
    resets[Symbol.dispose]()
    await ticking
    await restoring?.catch(() => {}) // told when it failed
    await presence.retire(nodeId).catch((error: unknown) => {
      log.warn('The node could not leave presence: its entries run out by themselves', { error })
    })
  }

  return {
    async register({ userId, deviceId }) {
      if (expired()) restoreOnce().catch(later)
      await restoring?.catch(() => {}) // told when it failed
      if (!doubtful) await registration.update(userId, deviceId).catch(later)
    },
    unregister({ userId, deviceId }) {
      if (closed || streams.isHere(userId, deviceId)) return
      registration.update(userId, deviceId).catch((error: unknown) => {
        log.debug('A device stays in presence: it costs its consumer a wait', { error })
      })
    },
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
