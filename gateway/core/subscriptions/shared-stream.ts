import { codedError, type FormatError } from '../errors.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import type { SubgraphEvent } from '../subgraphs/attempt.ts'
import { Audience } from './audience.ts'
import type { EventExecutors } from './event-executors.ts'
import {
  viewersOf,
  type PlannedSubscription,
  type StreamPosition,
  type Subscriber,
  type Subscription,
} from './subscriber.ts'
import { Source, type SourceListener } from './source.ts'

/** Maximum events of one stream in execution. They wait for slow subgraphs, and are then delivered in order. */
const MAX_RUNNING_EVENTS = 16

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly executors: EventExecutors
  readonly limits: Limits
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
}

/** The subgraph's end of the stream, which is passed on once all earlier events are delivered. */
interface Ending {
  readonly errors: readonly unknown[] | null
  readonly refused: boolean
}

/**
 * One upstream stream for all subscribers of the same subscription, whatever their identity if it is public. Each
 * event is executed once per class of viewers, becomes JSON once, and goes to every subscriber in order. The stream
 * ends when its last subscriber has left.
 *
 * A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
export class SharedStream implements SourceListener {
  readonly #deps: Dependencies
  readonly #closed: (stream: SharedStream) => void
  #planned: PlannedSubscription
  #key: string
  #source: Source
  /** Mostly one. */
  #audiences: Audience[] = []
  /** The subscriber with whose rights the upstream subscription runs. */
  #opener: Subscriber
  #over = false
  #ending: Ending | null = null
  #events = 0
  #furthest = 0
  #cursor: string | null = null
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null

  /** Throws a coded error if a limit forbids the stream. `join` must be called in the same tick. */
  constructor(
    planned: PlannedSubscription,
    key: string,
    first: Subscriber,
    deps: Dependencies,
    closed: (stream: SharedStream) => void,
  ) {
    this.#deps = deps
    this.#closed = closed
    this.#planned = planned
    this.#key = key
    this.#opener = first
    this.#source = new Source(planned.plan, planned.variables, this, deps)
  }

  get planned(): PlannedSubscription {
    return this.#planned
  }

  get key(): string {
    return this.#key
  }

  subscribers(): Subscriber[] {
    return this.#audiences.flatMap(({ subscribers }) => [...subscribers])
  }

  size(): number {
    return this.#audiences.reduce((sum, { subscribers }) => sum + subscribers.size, 0)
  }

  /** Whether a new subscriber would get the same events as the present ones. */
  joinable(): boolean {
    const { resume, snapshot } = this.#planned.plan
    // A newcomer would miss the delivered events: of a resumable stream its start and the replay, or the snapshot.
    return !this.#over && !this.#ending && ((resume === null && !snapshot) || this.#events === 0)
  }

  join(subscriber: Subscriber): Subscription {
    this.#addToAudience(subscriber)
    return new StreamSubscription(this, subscriber)
  }

  #addToAudience(subscriber: Subscriber): void {
    const viewers = viewersOf(this.#planned, subscriber)
    let audience = this.#audiences.find((one) => one.viewers === viewers)
    if (!audience) {
      const executor = this.#deps.executors.open(this.#planned, viewers)
      audience = new Audience(viewers, executor, this)
      this.#audiences.push(audience)
    }
    audience.subscribers.add(subscriber)
  }

  leave(subscriber: Subscriber): void {
    for (const [index, audience] of this.#audiences.entries()) {
      if (!audience.subscribers.delete(subscriber)) continue
      if (audience.subscribers.size > 0) return
      audience.close()
      this.#audiences.splice(index, 1)
      if (this.#audiences.length === 0) this.#close()
      else this.drained()
      return
    }
  }

  reached(position: StreamPosition): void {
    if (this.#over || position.number <= this.#furthest) return
    this.#furthest = position.number
    this.#source.reached(position.cursor)
  }

  /** The stream always has the rights of one of its present subscribers. */
  scope(): Scope {
    if (!this.#audiences.some(({ subscribers }) => subscribers.has(this.#opener))) {
      for (const { subscribers } of this.#audiences) for (const subscriber of subscribers) this.#opener = subscriber
    }
    return this.#opener.scope
  }

  event(event: SubgraphEvent, gap: boolean): Promise<void> | undefined {
    const number = ++this.#events
    const { metrics, limits } = this.#deps
    metrics.count('gateway_events_total')
    metrics.count('gateway_frames_total', undefined, this.size())
    for (const audience of [...this.#audiences]) {
      const running = audience.event(event, number, gap)
      if (running?.broken) {
        this.#source.broken(running.broken)
        return undefined
      }
      if (!running || running.cursor === null) continue
      this.#cursor = running.cursor
      this.#source.moved(running.cursor)
    }
    if (this.#over || this.#waiting() < Math.min(MAX_RUNNING_EVENTS, limits.maxWaitingUpstreamEvents)) return undefined
    if (!this.#room) {
      let resolve = () => {}
      this.#room = { promise: new Promise<void>((done) => (resolve = done)), resolve }
    }
    return this.#room.promise
  }

  /** Events that the slowest audience still waits for. */
  #waiting(): number {
    let most = 0
    for (const audience of this.#audiences) most = Math.max(most, audience.waiting())
    return most
  }

  /** An audience got an event, or has left. */
  drained(): void {
    const waiting = this.#waiting()
    const { limits } = this.#deps
    if (this.#room && waiting < Math.min(MAX_RUNNING_EVENTS, limits.maxWaitingUpstreamEvents)) {
      this.#room.resolve()
      this.#room = null
    }
    if (waiting === 0 && this.#ending && !this.#over) this.#finish(this.#ending)
  }

  ended(errors: readonly unknown[] | null, refused: boolean): void {
    this.#ending = { errors, refused }
    if (this.#waiting() === 0) this.#finish(this.#ending)
  }

  #finish({ errors, refused }: Ending): void {
    const others = refused ? this.subscribers().filter(({ identity }) => identity !== this.#opener.identity) : []
    if (others.length === 0) return this.end(errors)
    // The subgraph refused the subscriber whose rights the stream had: it is planned again with another's rights.
    this.#ending = null
    const { identity } = this.#opener
    for (const subscriber of this.subscribers()) if (subscriber.identity === identity) this.endFor(subscriber, errors)
    if (this.#over) return
    const { plan, variables } = this.#planned
    const missed = this.#events > 0 && plan.resume === null
    try {
      this.#source = new Source(plan, variables, this, this.#deps, { cursor: this.#cursor, gap: missed })
    } catch (error) {
      this.end([error])
    }
  }

  #close(): void {
    if (this.#over) return
    this.#over = true
    this.#source.stop()
    this.#room?.resolve()
    this.#room = null
    this.#closed(this)
  }

  /** Continues under another supergraph. Subscribers who may no longer share the stream have already been removed. */
  replan(planned: PlannedSubscription, key: string): void {
    this.#planned = planned
    this.#key = key
    for (const audience of [...this.#audiences]) {
      const classes = new Map<string, Audience>()
      for (const subscriber of [...audience.subscribers]) {
        const viewers = viewersOf(planned, subscriber)
        let own = classes.get(viewers)
        if (!own) {
          const executor = this.#deps.executors.open(planned, viewers)
          own = classes.size === 0 ? audience : audience.fork(viewers, executor)
          if (own === audience) audience.continueWith(viewers, executor)
          else this.#audiences.push(own)
          classes.set(viewers, own)
        }
        if (own === audience) continue
        audience.subscribers.delete(subscriber)
        own.subscribers.add(subscriber)
      }
    }
    this.#source.replan(planned.plan, planned.variables)
  }

  /** Ends the stream for all subscribers; errors are not formatted yet. Null: the subgraph has completed. */
  end(errors: readonly unknown[] | null): void {
    const all = this.subscribers()
    for (const audience of this.#audiences) audience.close()
    this.#audiences = []
    this.#close()
    for (const subscriber of all) subscriber.end(errors && this.#formatted(errors, subscriber))
  }

  /** Ends the stream for one subscriber. */
  endFor(subscriber: Subscriber, errors: readonly unknown[] | null): void {
    if (!this.#audiences.some(({ subscribers }) => subscribers.has(subscriber))) return
    this.leave(subscriber)
    subscriber.end(errors && this.#formatted(errors, subscriber))
  }

  #formatted(errors: readonly unknown[], { scope: { requestId } }: Subscriber) {
    return errors.map((error) => this.#deps.formatError(error, requestId))
  }
}

class StreamSubscription implements Subscription {
  readonly #stream: SharedStream
  readonly #subscriber: Subscriber

  constructor(stream: SharedStream, subscriber: Subscriber) {
    this.#stream = stream
    this.#subscriber = subscriber
  }

  reached(position: StreamPosition): void {
    this.#stream.reached(position)
  }

  stop(): void {
    this.#stream.leave(this.#subscriber)
  }
}

export function schemaReloadError(): Error {
  return codedError('SCHEMA_RELOAD', 'The schema changed and this operation is no longer valid: subscribe again.')
}
