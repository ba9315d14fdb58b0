import type { Clock } from '../platform/clock/clock.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { KnownEvent } from '../platform/eventlog/kinds.ts'
import { formatPosition } from '../platform/eventlog/position.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Whereabouts } from '../platform/presence/presence.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Answers } from './answers.ts'
import { recipientsByNode, type Decision } from './decide.ts'
import { makeLoad } from './load.ts'
import type { Meter } from './meter.ts'
import { describePushes, pushTo, type EventPush, type PushedEvent } from './offline.ts'
import type { Feed } from './online.ts'
import { parkEvent } from './parked.ts'
import { streamsOf } from './recipients.ts'
import type { PushTarget } from './targets.ts'
import { prepare, type PrepareDeps, type Work } from './prepare.ts'
import { asTheyAreNow } from './reread.ts'
import { makePushWanted } from './wanted.ts'
import { retryForever, Stopped, type RetryOptions } from './retry.ts'
import type { Entry } from './window.ts'

export interface DeliverDeps extends Omit<PrepareDeps, 'doubts' | 'audiences'> {
  readonly queue: Queue
  readonly clock: Clock
  readonly meter: Meter
  readonly answers: Answers
}

export interface DeliveryProgress {
  /** Every device of the recipients was reached, or the broker has its push. */
  finish(entry: Entry): void
  /** Only devices that are catching up are missing. False if too many entries wait for that already. */
  release(entry: Entry): boolean
}

/** Delivers the entries of one shard. */
export interface Deliverer {
  /**
   * Resolves when each event of the batch was sent to its nodes, in order; then the next batch may follow. `finish` is
   * called for each entry when it is done.
   */
  deliver(entries: readonly Entry[]): Promise<void>
}

export function makeDeliverer(
  deps: DeliverDeps,
  feed: Feed,
  progress: DeliveryProgress,
  persistence: RetryOptions,
): Deliverer {
  const { database, kinds, lookups, queue, clock, meter, answers, presence, outage, log } = deps
  const load = makeLoad()
  const audiences = lookups.audiences.open()

  const pushWanted = makePushWanted({ ...deps, wishes: lookups.wishes }, persistence)

  const describe = async (pushed: readonly PushedEvent[]): Promise<(EventPush | null)[]> =>
    pushed.length > 0 ? retryForever('describe pushes', () => describePushes(database, pushed), persistence) : []

  /** Like `pushWanted`, for devices that were looked up some time ago: those that signed out meanwhile get nothing. */
  const pushUnreached = async (
    pushed: PushedEvent,
    targets: readonly PushTarget[],
    reason: PushDecision['reason'] = 'unreached',
  ) => {
    if (targets.length === 0) return
    const users = [...new Set(targets.map(({ userId }) => userId))]
    const [[text], current] = await Promise.all([
      describe([pushed]),
      retryForever('read the push targets', () => lookups.targets(users), persistence),
    ])
    const wanted = new Set(targets.map(({ deviceId }) => deviceId))
    const still = [...current.values()].flat().filter(({ deviceId }) => wanted.has(deviceId))
    const gone = targets.length - still.length
    if (gone > 0) meter.withheld('signed out', gone)
    if (text) await pushWanted(pushed, text, still, reason)
  }

  /**
   * A device that would get a push because presence, the bus or a store was down may have an open stream. So after the
   * outage its streams are looked up again, the event is sent to their nodes again, and the answers count.
   */
  const checkAgain = async (pushed: PushedEvent, targets: readonly PushTarget[]) => {
    await outage.over(persistence.signal)
    const { event } = pushed
    const found = await streamsOf(presence, [...new Set(targets.map(({ userId }) => userId))]).catch(() => {
      outage.failed()
      return new Map<string, Whereabouts[]>()
    })
    const devices = targets.map((target) => {
      const streams = (found.get(target.userId) ?? []).filter(({ deviceId }) => deviceId === target.deviceId)
      return { target, streams, nodes: streams.map(({ nodeId }) => nodeId) }
    })
    const [awaited, gone] = [
      devices.filter(({ nodes }) => nodes.length > 0),
      devices.filter(({ nodes }) => nodes.length === 0),
    ]
    const expectation = answers.expect(formatPosition(event.position), awaited, {
      reached: (count) => meter.reached(count),
      catchUp: () => true,
    })
    const cancel = () => expectation.cancel()
    persistence.signal.addEventListener('abort', cancel, { once: true })
    const byNode = recipientsByNode(awaited.map(({ target: { userId }, streams }) => ({ userId, streams })))
    const absent = feed.sendAgain(event, byNode)
    const pushLate = async () => {
      for await (const late of expectation.unreached()) await pushUnreached(pushed, late)
    }
    try {
      await Promise.all([
        pushUnreached(
          pushed,
          gone.map(({ target }) => target),
          'offline',
        ),
        absent.then((nodes) => pushUnreached(pushed, expectation.without(nodes))),
        pushLate(),
      ])
    } finally {
      persistence.signal.removeEventListener('abort', cancel)
    }
  }

  const park = async (event: LoggedEvent, reason: string, targets: readonly PushTarget[]) => {
    log.error('An event was parked: it cannot be delivered.', { position: formatPosition(event.position), reason })
    await retryForever('park an event', () => parkEvent(database, event, reason), persistence)
    meter.parked()
    if (targets.length === 0) return
    meter.addressed(targets.length)
    const unreadable = kinds.find(event.kind)?.push?.describeUnreadable?.(event.key)
    if (!unreadable) return meter.withheld('unreadable', targets.length)
    const text = { event: formatPosition(event.position), ...unreadable }
    await pushTo(queue, text, targets, { reason: 'parked', discreet: new Set() }, persistence)
    meter.pushed('parked', targets.length)
  }

  /** Starts sending before it returns, so that events keep their order. The promise resolves when the event is done. */
  const send = (
    event: LoggedEvent,
    work: Extract<Work, { phase: 'deliver' }>,
    text: EventPush | null,
    catchUp: () => boolean,
  ) => {
    const { known, decisions, byNode, blind } = work
    const pushed = { event, known }
    if (blind) feed.readFromLog(event.position)
    const streams = decisions.filter((decision) => decision.to === 'stream')
    meter.addressed(decisions.length)
    for (const [rule, devices] of withheldBy(decisions)) meter.withheld(rule, devices)
    const began = performance.now()
    let maySetAside: boolean | undefined
    const setAside = () => (maySetAside ??= catchUp())
    const expectation = answers.expect(formatPosition(event.position), streams, {
      reached: (devices) => meter.reached(devices),
      catchUp: setAside,
    })
    const absent = feed.send(event, byNode)
    const cancel = () => expectation.cancel()
    persistence.signal.addEventListener('abort', cancel, { once: true })

    const again: PushTarget[] = []
    /** Delays pushes that an outage may have caused, if there is room for waiting entries. */
    const orCheckAgain = async (targets: readonly PushTarget[], pushNow: () => Promise<void> | null) => {
      if (targets.length > 0 && outage.touched(began) && setAside()) again.push(...targets)
      else await pushNow()
    }
    const late = (targets: readonly PushTarget[]) => orCheckAgain(targets, () => pushUnreached(pushed, targets))
    const atOnce = (reason: 'offline' | 'unreached') => {
      const targets = pushedFor(reason, decisions)
      return orCheckAgain(targets, () => text && pushWanted(pushed, text, targets, reason))
    }
    const pushLate = async () => {
      for await (const targets of expectation.unreached()) await late(targets)
    }

    const complete = async () => {
      try {
        await Promise.all([
          atOnce('offline'),
          atOnce('unreached'),
          absent.then((nodes) => late(expectation.without(nodes))),
          pushLate(),
        ])
        if (again.length > 0) await checkAgain(pushed, again)
        // If the delivery was stopped, the expectation is empty although not everybody was reached.
        if (persistence.signal.aborted) throw new Stopped('Stopped while it waited for answers.')
      } finally {
        persistence.signal.removeEventListener('abort', cancel)
      }
      meter.delivered(clock.now() - event.at.getTime())
    }
    return complete()
  }

  /** An error that is no outage is caused by the event: it is parked, and the others continue. */
  const settle = async (
    entry: Entry,
    event: LoggedEvent,
    completing: Promise<void>,
    targets: readonly PushTarget[],
  ) => {
    try {
      await completing.catch(async (error: unknown) => {
        if (error instanceof Stopped) throw error
        await park(event, String(error), targets)
      })
      meter.passed('consumer_to_socket', performance.now() - entry.takenAt)
      progress.finish(entry)
    } catch (error) {
      if (!(error instanceof Stopped)) log.error('Delivering an event failed.', { error })
    }
  }

  const deliverTogether = async (entries: readonly Entry[]) => {
    const taken = entries.flatMap(({ event }) => event ?? [])
    const events = await asTheyAreNow(deps, taken, persistence)
    const present = new Map(taken.map((event, at) => [event, events[at]!]))
    const works = await prepare({ ...deps, audiences, doubts: answers.doubts }, events, persistence)
    const work = new Map(events.map((event, at) => [event, works[at]!]))
    const pushed = events.flatMap((event) => {
      const known = pushedAtOnce(work.get(event))
      return known ? [{ event, known }] : []
    })
    const texts = await describe(pushed)
    const text = new Map(pushed.map(({ event }, at) => [event, texts[at] ?? null]))

    for (const entry of entries) {
      const { position } = entry
      const event = entry.event && present.get(entry.event)
      const todo = event ? work.get(event) : undefined
      if (!event || !todo || todo.phase === 'nothing') {
        progress.finish(entry)
      } else if (todo.phase === 'deliver') {
        const targets = todo.decisions.filter(({ to }) => to !== 'nobody').map(({ target }) => target)
        const done = load.begin(event.key, todo.recipients)
        // Devices that catch up are waited for while other events are delivered, not before.
        const catchUp = () => {
          if (!progress.release(entry)) return false
          done()
          return true
        }
        void settle(entry, event, send(event, todo, text.get(event) ?? null, catchUp), targets).finally(done)
      } else {
        feed.readFromLog(position)
        void settle(entry, event, park(event, todo.reason, todo.targets), todo.targets)
      }
      feed.decided(position)
    }
  }

  return {
    async deliver(entries) {
      for (let from = 0; from < entries.length;) {
        const keys = entries.slice(from).map(({ event }) => (event && kinds.isDelivered(event.kind) ? event.key : null))
        const count = load.fitting(keys)
        await load.room(keys.slice(0, count))
        await deliverTogether(entries.slice(from, from + count))
        from += count
      }
    },
  }
}

function pushedFor(reason: 'offline' | 'unreached', decisions: readonly Decision[]): PushTarget[] {
  return decisions.flatMap((decision) =>
    decision.to === 'push' && decision.reason === reason ? [decision.target] : [],
  )
}

/** How many devices never get a push, by rule. */
function withheldBy(decisions: readonly Decision[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const decision of decisions)
    if (decision.to === 'nobody') counts.set(decision.why, (counts.get(decision.why) ?? 0) + 1)
  return counts
}

function pushedAtOnce(work: Work | undefined): KnownEvent | null {
  return work?.phase === 'deliver' && work.decisions.some(({ to }) => to === 'push') ? work.known : null
}
