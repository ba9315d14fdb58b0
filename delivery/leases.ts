import type { Bus } from '../platform/bus/bus.ts'
import type { Log } from '../platform/log/log.ts'
import type { LifeSign } from '../platform/sql/life-sign.ts'
import type { Database } from '../platform/sql/sql.ts'
import { buryEverybody, makeDeaths } from './deaths.ts'
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

/**
 * The bus channel on which a process announces that it released leases. Without the message the others notice at their
 * next turn.
 */
const FREED_CHANNEL = 'delivery.leases'

/** The interval of the checks for dead holders. The shards of a dead process are silent for up to three of them. */
const CHECK_DEATHS_MS = 500

export interface LeaseDeps {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
  /** Shows other processes at once that this process has died; without it they wait until its leases expire. */
  readonly sign?: Pick<LifeSign, 'key'>
}

export interface LeaseOptions {
  /** The id of this process, which no later process uses again. */
  readonly holder: string
  /** The names of all leases, of all processes. */
  readonly names: readonly string[]
  /** How long a lease lasts after its last renewal, by the database's clock; it is renewed every third of that time. */
  readonly ttlMs: number
  /** No other process can be alive on this database: all holders are dead predecessors, and are not waited for. */
  readonly alone?: boolean
  /**
   * Starts the work of a lease; disposing the result drains it. The work calls `lost` when it finds itself fenced:
   * then the lease is dropped without being released.
   */
  readonly start: (lease: Taken, lost: () => void) => AsyncDisposable
}

interface Held {
  readonly term: string
  readonly running: AsyncDisposable
  phase: 'running' | 'stopping'
}

/**
 * Holds this process's share of the leases, `ceil(names / live processes)`: takes free ones, and releases some when
 * another process joins. A lease that could not be renewed for `ttlMs` is given up before another process takes it, by
 * this process's clock alone, because a query to PostgreSQL may hang that long. If the process itself was suspended
 * for that time, the lease's term fences its writes. The leases of a process that is known to be dead are taken at
 * once.
 */
export function startLeases({ database, bus, log, sign }: LeaseDeps, options: LeaseOptions): AsyncDisposable {
  const { holder, names, ttlMs, start } = options
  const deaths = makeDeaths(database, holder)
  let alone = options.alone ?? false
  const held = new Map<string, Held>()
  const stops = new Set<Promise<void>>()
  const waker = makeWaker()
  let closing: Promise<void> | undefined
  let renewedAt = performance.now()

  /** Ends the lease's work, then releases the lease, unless it is lost: then another process has it already. */
  const end = (name: string, how: 'release' | 'lost') => {
    const lease = held.get(name)
    if (!lease || lease.phase === 'stopping') return
    lease.phase = 'stopping'
    const stop = (async () => {
      try {
        await lease.running[Symbol.asyncDispose]()
        if (how === 'release') await releaseLeases(database, holder, [name])
      } catch (error) {
        log.warn('A lease could not be released: it expires.', { lease: name, error })
      }
      held.delete(name)
      if (how === 'release') await bus.publish(FREED_CHANNEL, holder).catch(() => 0)
    })().finally(() => stops.delete(stop))
    stops.add(stop)
  }

  const running = () => [...held].filter(([, { phase }]) => phase === 'running').map(([name]) => name)

  const turn = async () => {
    const startedAt = performance.now()
    if (alone) await buryEverybody(database)
    alone = false
    await announceWorker(database, holder, names, ttlMs, sign?.key ?? null)
    if (held.size > 0) {
      const kept = await renewLeases(database, holder, [...held.keys()], ttlMs)
      for (const name of running().filter((name) => !kept.has(name))) {
        log.warn('A lease was taken over: this process was too slow to renew it.', { lease: name })
        end(name, 'lost')
      }
    }
    renewedAt = startedAt
    const share = Math.ceil(names.length / Math.max(1, await countWorkers(database)))
    const mine = running()
    for (const name of mine.slice(share)) {
      log.info('Another process takes its share.', { lease: name })
      end(name, 'release')
    }
    const wanted = share - held.size
    if (wanted <= 0 || closing) return
    const free = names.filter((name) => !held.has(name))
    for (const { name, term } of await takeLeases(database, holder, free, wanted, ttlMs)) {
      log.debug('Took a lease.', { lease: name, term })
      held.set(name, { term, running: start({ name, term }, () => end(name, 'lost')), phase: 'running' })
    }
  }

  /** Called between turns. True if leases can be taken. */
  const freeDead = async () => {
    // An outage of PostgreSQL is logged by the turns.
    if (held.size === names.length || !(await deaths.look().catch(() => false))) return false
    log.info('A process that held leases is dead: the others take them.')
    return true
  }

  const loop = async () => {
    let turnAt = 0
    while (!closing) {
      try {
        if (performance.now() >= turnAt || (await freeDead())) {
          turnAt = performance.now() + ttlMs / 3
          await turn()
        }
      } catch (error) {
        log.warn('Could not renew or take leases: retrying.', { error })
      }
      // A wake means that leases were released.
      if (!closing && (await waker.wait(Math.min(CHECK_DEATHS_MS, ttlMs / 3)))) turnAt = 0
    }
  }

  const clock = setInterval(() => {
    if (performance.now() - renewedAt < ttlMs) return
    for (const name of running()) {
      log.warn('A lease could not be renewed in time: it is given up.', { lease: name })
      end(name, 'lost')
    }
  }, ttlMs / 6)
  clock.unref()

  const freed = listenLastingly(bus, FREED_CHANNEL, (who) => who !== holder && waker.wake(), log)
  const looping = loop()

  const close = async () => {
    waker.wake()
    clearInterval(clock)
    await looping
    for (const name of running()) end(name, 'release')
    await Promise.all(stops)
    await retireWorker(database, holder).catch((error: unknown) =>
      log.debug('The worker could not be removed: it expires.', { error }),
    )
    await bus.publish(FREED_CHANNEL, holder).catch(() => 0)
    await freed[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}
