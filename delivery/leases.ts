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

/** The bus channel on which a process that let go of leases says so. A hint: without it others see it at their next turn. */
const FREED_CHANNEL = 'delivery.leases'

/** Between looks for a holder that is dead: its shards are silent for up to three of them. */
const LOOK_MS = 500

export interface LeaseDeps {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
  /** By it others see at once that this process died; without it they wait until its leases run out. */
  readonly sign?: Pick<LifeSign, 'key'>
}

export interface LeaseOptions {
  /** This process. Never used again by a later one. */
  readonly holder: string
  /** Everything that there is to hold, over all processes. */
  readonly names: readonly string[]
  /** How long a lease outlives its holder's last renewal, by the database's clock; renewed every third of it. */
  readonly ttlMs: number
  /** Nobody else can be alive on this database: whoever holds something is a dead predecessor, and is not waited for. */
  readonly alone?: boolean
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
 * another process joins. A lease that could not be renewed for `ttlMs` is given up here before another one takes it, by
 * the clock alone: a question to PostgreSQL may hang that long. A process that slept through that is fenced by its term in
 * what it writes. Who is seen to be dead is followed at once.
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
    if (alone) await buryEverybody(database)
    alone = false
    await announceWorker(database, holder, names, ttlMs, sign?.key ?? null)
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

  /** Between turns. True when there is something to take. */
  const lookForDead = async () => {
    // While PostgreSQL is away the turns say so.
    if (held.size === names.length || !(await deaths.look().catch(() => false))) return false
    log.info('A process that held leases is dead: the others take them')
    return true
  }

  const loop = async () => {
    let turnAt = 0
    while (!closing) {
      try {
        if (performance.now() >= turnAt || (await lookForDead())) {
          turnAt = performance.now() + ttlMs / 3
          await turn()
        }
      } catch (error) {
        log.warn('Could not see to the leases: trying again', { error })
      }
      // A ring says that leases were freed.
      if (!closing && (await waker.wait(Math.min(LOOK_MS, ttlMs / 3)))) turnAt = 0
    }
  }

  const clock = setInterval(() => {
    if (performance.now() - renewedAt < ttlMs) return
    for (const name of running()) {
      log.warn('A lease could not be renewed in time: it is given up', { lease: name })
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
    await retireWorker(database, holder).catch((error: unknown) => log.debug('The worker expires by itself', { error }))
    await bus.publish(FREED_CHANNEL, holder).catch(() => 0) // a hint
    await freed[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}
