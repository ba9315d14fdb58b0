import type { Bus } from '../../../platform/bus/bus.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Presence } from '../../../platform/presence/presence.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import { PublicError } from '../../errors.ts'
import { presenceChannel } from './hints.ts'
import { hidden, MAX_USERS, type Pair, type PresenceRow, readPresence } from './presence.ts'
import { Watch } from './watch.ts'

/** Users of one subscription: a screenful of contacts many times over. Each costs a channel of the bus. */
export const MAX_WATCHED = 200

/** Subscriptions of one user in one process: far more than anybody has devices. Stops a client that opens them in a loop. */
export const MAX_WATCHES_PER_USER = 20

/** Hints of this time are answered by one read. */
const GATHER_MS = 100

/** How long somebody must be away before they look offline, so that a reconnect is not two events. */
const GRACE_MS = 8_000

/** The pause before a failed read is repeated. */
const RETRY_MS = 1_000

/** Maximum pairs of one statement. */
const MAX_PAIRS = 2_000

export interface WatchesDeps {
  readonly database: Sql
  readonly presence: Pick<Presence, 'find' | 'onReset'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly metrics?: { count(name: string): void }
}

export interface WatchesOptions {
  readonly graceMs?: number
}

/** The subscriptions to presence of one process. */
export interface Watches extends AsyncDisposable {
  /** The first event has all users, in the order of the ids, and the others those who changed. */
  open(viewerId: string, userIds: readonly string[], signal?: AbortSignal): Promise<Watch>
  readonly size: number
}

interface Watched {
  readonly watches: Set<Watch>
  listening: Promise<AsyncDisposable>
}

/**
 * Reads the presence of a user again when a hint says that it may have changed, and tells each watcher what they may
 * see, if it differs from what they were told. A hint has no content, so that one that is lost, repeated or late does
 * no harm: after a gap of the bus, and when presence comes back, everything is read again.
 */
export function startWatches(deps: WatchesDeps, { graceMs = GRACE_MS }: WatchesOptions = {}): Watches {
  const { presence, bus, clock, log, metrics } = deps
  const byUser = new Map<string, Watched>()
  const byViewer = new Map<string, Set<Watch>>()
  const dirty = new Set<string>()
  /** Users who left, and until when they still look online, by `performance.now()`. */
  const leaving = new Map<string, number>()
  let timer: { readonly handle: NodeJS.Timeout; readonly at: number } | null = null
  let running: Promise<void> | null = null
  let failing = false
  let closed = false

  const lookIn = (ms: number) => {
    const at = performance.now() + ms
    if (closed || running || (timer && timer.at <= at)) return
    if (timer) clearTimeout(timer.handle)
    timer = { at, handle: setTimeout(look, ms).unref() }
  }

  const look = () => {
    timer = null
    running = lookAgain().finally(() => {
      running = null
      if (dirty.size > 0) lookIn(failing ? RETRY_MS : GATHER_MS)
      const next = Math.min(...leaving.values())
      if (Number.isFinite(next)) lookIn(Math.max(0, next - performance.now()))
    })
  }

  const mark = (userId: string) => {
    dirty.add(userId)
    for (const watch of byUser.get(userId)?.watches ?? []) if (!watch.told) watch.stale = true
    lookIn(GATHER_MS)
  }

  const lookAgain = async () => {
    const now = performance.now()
    for (const [userId, until] of leaving) if (until <= now) dirty.add(userId)
    const userIds = [...dirty].slice(0, MAX_USERS)
    for (const userId of userIds) dirty.delete(userId)
    const due = userIds.flatMap((userId) =>
      [...(byUser.get(userId)?.watches ?? [])].map((watch) => ({ watch, userId })),
    )
    try {
      for (let at = 0; at < due.length; at += MAX_PAIRS) await tell(due.slice(at, at + MAX_PAIRS), now)
      for (const userId of userIds) if ((leaving.get(userId) ?? Infinity) <= now) leaving.delete(userId)
      failing = false
    } catch (error) {
      for (const userId of userIds) dirty.add(userId)
      if (!failing && !closed) log.warn('Presence cannot be read: its watchers are told when it is back.', { error })
      failing = true
    }
  }

  const tell = async (due: readonly { readonly watch: Watch; readonly userId: string }[], now: number) => {
    const rows = await readPresence(
      deps,
      due.map(({ watch, userId }) => ({ viewerId: watch.viewerId, userId })),
    )
    due.forEach(({ watch, userId }, at) => {
      const row = rows[at] ?? null
      if (row?.hasStream) leaving.delete(userId)
      const before = watch.told?.get(userId)
      const next = row ?? hidden(userId)
      if (watch.closed || !before || isSame(before, next)) return
      // A user who hides it, or whom a block hides, looks offline at once.
      if (before.online && row && !row.hasStream && untilGone(row, now) > now) return
      metrics?.count('users_presence_changes_total')
      watch.tell(next)
    })
  }

  /** Until when a user who has left still looks online. */
  const untilGone = ({ userId, lastSeenAt }: PresenceRow, now: number): number => {
    let until = leaving.get(userId)
    if (until === undefined) {
      const leftMs = lastSeenAt ? lastSeenAt.getTime() + graceMs - clock.now() : graceMs
      until = now + Math.min(Math.max(leftMs, 0), graceMs)
      leaving.set(userId, until)
    }
    return until
  }

  const watchUser = (userId: string, watch: Watch): Promise<unknown> => {
    let watched = byUser.get(userId)
    if (!watched) {
      watched = { watches: new Set(), listening: bus.listen(presenceChannel(userId), () => mark(userId)) }
      byUser.set(userId, watched)
    }
    watched.watches.add(watch)
    return watched.listening
  }

  const forget = (watch: Watch) => {
    const own = byViewer.get(watch.viewerId)
    own?.delete(watch)
    if (own?.size === 0) byViewer.delete(watch.viewerId)
    for (const userId of watch.userIds) {
      const watched = byUser.get(userId)
      if (!watched?.watches.delete(watch) || watched.watches.size > 0) continue
      byUser.delete(userId)
      dirty.delete(userId)
      leaving.delete(userId)
      void watched.listening.then(
        (listener) => listener[Symbol.asyncDispose](),
        () => {}, // then nobody listens
      )
    }
  }

  const markAll = () => {
    for (const userId of byUser.keys()) mark(userId)
  }
  const listeners = [bus.onGap(markAll), presence.onReset(markAll)]

  const begin = async (watch: Watch) => {
    const { viewerId, userIds } = watch
    await Promise.all(userIds.map((userId) => watchUser(userId, watch)))
    const pairs = userIds.map((userId): Pair => ({ viewerId, userId }))
    const rows = (await readPresence(deps, pairs)).filter((row) => row !== null)
    watch.open(new Map(rows.map((row) => [row.userId, row])))
    // A change that came while it was read.
    if (watch.stale) userIds.forEach(mark)
  }

  return {
    async open(viewerId, userIds, signal) {
      const own = byViewer.get(viewerId) ?? new Set<Watch>()
      if (own.size >= MAX_WATCHES_PER_USER) {
        throw new PublicError('RATE_LIMITED', `You have ${MAX_WATCHES_PER_USER} subscriptions to presence: close some.`)
      }
      const leave = () => void watch.return()
      const watch = new Watch(viewerId, userIds, () => {
        signal?.removeEventListener('abort', leave)
        forget(watch)
      })
      byViewer.set(viewerId, own.add(watch))
      signal?.addEventListener('abort', leave, { once: true })
      try {
        await begin(watch)
      } catch (error) {
        leave()
        throw error
      }
      if (closed || signal?.aborted) leave()
      return watch
    },
    get size() {
      return [...byViewer.values()].reduce((sum, own) => sum + own.size, 0)
    },
    async [Symbol.asyncDispose]() {
      closed = true
      if (timer) clearTimeout(timer.handle)
      for (const listener of listeners) listener[Symbol.dispose]()
      for (const own of [...byViewer.values()]) for (const watch of [...own]) await watch.return()
      await running
    },
  }
}

const isSame = (one: PresenceRow, other: PresenceRow) =>
  one.online === other.online && one.lastSeenAt?.getTime() === other.lastSeenAt?.getTime()
