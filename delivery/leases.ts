import type { Bus } from '../platform/bus/bus.ts'
import type { Log } from '../platform/log/log.ts'
import type { Database } from '../platform/sql/sql.ts'
import {
  announceWorker,
  countWorkers,
  releaseLeases,
  renewLeases,
  retireWorker,
  takeLeases,
  type Taken,
} from './lease-store.ts'
import { listenLastingly } from './listen.ts'
import { makeWaker } from './waker.ts'

/** The bus channel on which a process that let go of leases says so. A hint: without it others see it at their next turn. */
const FREED_CHANNEL = 'delivery.leases'

export interface LeaseDeps {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
}

export interface LeaseOptions {
  /** This process. Never used again by a later one. */
  readonly holder: string
  /** Everything that there is to hold, over all processes. */
  readonly names: readonly string[]
  /** How long a lease outlives its holder's last renewal, by the database's clock; renewed every third of it. */
  readonly ttlMs: number
  /**
   * Starts what a lease stands for; disposing it drains. `lost` is for one that finds itself fenced: the lease is
   * dropped without being released.
   */
  readonly start: (lease: Taken, lost: () => void) => AsyncDisposable
}

interface Held {
  readonly term: string
  readonly running: AsyncDisposable
  phase: 'running' | 'stopping'
}

/**
 * Holds this process's share of the leases: `ceil(names / live processes)`, taken where nobody holds them, let go of when
 * another process joins. A lease that could not be renewed for `ttlMs` is given up here before another one takes it; a
 * process that slept through that is fenced by its term in what it writes.
 */
export function startLeases({ database, bus, log }: LeaseDeps, options: LeaseOptions): AsyncDisposable {
  const { holder, names, ttlMs, start } = options
  const held = new Map<string, Held>()
  const stops = new Set<Promise<void>>()
  const waker = makeWaker()
  let closing: Promise<void> | undefined
  let renewedAt = performance.now()

  /** Ends what runs under the lease, then lets others have it at once (not when it is lost: it is theirs already). */
  const end = (name: string, how: 'release' | 'lost') => {
    const lease = held.get(name)
    if (!lease || lease.phase === 'stopping') return
    lease.phase = 'stopping'
    const stop = (async () => {
      try {
        await lease.running[Symbol.asyncDispose]()
        if (how === 'release') await releaseLeases(database, holder, [name])
      } catch (error) {
        log.warn('A lease was not let go of in order: it expires', { lease: name, error })
      }
      held.delete(name)
      if (how === 'release') await bus.publish(FREED_CHANNEL, holder).catch(() => 0) // a hint
    })().finally(() => stops.delete(stop))
    stops.add(stop)
  }

  const running = () => [...held].filter(([, { phase }]) => phase === 'running').map(([name]) => name)

  const turn = async () => {
    const startedAt = performance.now()
    await announceWorker(database, holder, names, ttlMs)
    if (held.size > 0) {
      const kept = await renewLeases(database, holder, [...held.keys()], ttlMs)
      for (const name of running().filter((name) => !kept.has(name))) {
        log.warn('A lease was taken over: this process was too slow to renew it', { lease: name })
        end(name, 'lost')
      }
    }
    renewedAt = startedAt
    const share = Math.ceil(names.length / Math.max(1, await countWorkers(database)))
    const mine = running()
    for (const name of mine.slice(share)) {
      log.info('Another process takes its share', { lease: name })
      end(name, 'release')
    }
    const wanted = share - held.size
    if (wanted <= 0 || closing) return
    const free = names.filter((name) => !held.has(name))
    for (const { name, term } of await takeLeases(database, holder, free, wanted, ttlMs)) {
      log.debug('Took a lease', { lease: name, term })
      held.set(name, { term, running: start({ name, term }, () => end(name, 'lost')), phase: 'running' })
    }
  }

  const loop = async () => {
    while (!closing) {
      try {
        await turn()
      } catch (error) {
        log.warn('Could not see to the leases: trying again', { error })
        if (performance.now() - renewedAt > ttlMs) for (const name of running()) end(name, 'lost')
      }
      if (!closing) await waker.wait(ttlMs / 3)
    }
  }

  const freed = listenLastingly(bus, FREED_CHANNEL, (who) => who !== holder && waker.wake(), log)
  const looping = loop()

  const close = async () => {
    waker.wake()
    await looping
    for (const name of running()) end(name, 'release')
    await Promise.all(stops)
    await retireWorker(database, holder).catch((error: unknown) => log.debug('The worker expires by itself', { error }))
    await bus.publish(FREED_CHANNEL, holder).catch(() => 0) // a hint
    await freed[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}
