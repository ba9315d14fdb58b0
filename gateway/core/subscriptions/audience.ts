import { codedError } from '../errors.ts'
import type { SubgraphEvent } from '../subgraphs/attempt.ts'
import { withGap } from './executed.ts'
import type { Waiter, EventExecutor, EventExecution } from './event-executors.ts'
import type { StreamPosition, Subscriber } from './subscriber.ts'

/** The stream that an audience belongs to. */
interface Delivering {
  /** Called after events have been delivered. */
  drained(): void
  endFor(subscriber: Subscriber, errors: readonly unknown[]): void
}

interface QueuedEvent {
  readonly running: EventExecution
  readonly number: number
  readonly gap: boolean
}

/**
 * The subscribers of a stream who get the same bytes. Events are executed concurrently and delivered in order.
 *
 * A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
export class Audience implements Waiter {
  readonly subscribers = new Set<Subscriber>()
  readonly #stream: Delivering
  #viewers: string
  #executor: EventExecutor
  #queue: QueuedEvent[] | null = null

  constructor(viewers: string, executor: EventExecutor, stream: Delivering) {
    this.#viewers = viewers
    this.#executor = executor
    this.#stream = stream
  }

  get viewers(): string {
    return this.#viewers
  }

  waiting(): number {
    return this.#queue?.length ?? 0
  }

  /** Returns the execution of the event; null if the audience is empty. */
  event(event: SubgraphEvent, number: number, gap: boolean): EventExecution | null {
    const [speaker] = this.subscribers
    if (!speaker) return null
    const running = this.#executor.execute(event, speaker.scope)
    if (running.broken) return running
    const unit = { running, number, gap }
    if (running.done && !this.#queue) this.#deliver(unit)
    else {
      this.#queue ??= []
      this.#queue.push(unit)
      running.waiting.push(this)
    }
    return running
  }

  /** Delivers what is done, in order; called when an event that it waits for is done. */
  flush(): void {
    while (this.#queue?.[0]?.running.done) {
      const unit = this.#queue.shift() as QueuedEvent
      if (this.#queue.length === 0) this.#queue = null
      this.#deliver(unit)
    }
    this.#stream.drained()
  }

  #deliver({ running, number, gap }: QueuedEvent): void {
    const { done, cursor } = running
    if (!done) return
    const payload = gap ? withGap(done) : done.payload
    const position: StreamPosition | null = cursor === null ? null : { number, cursor }
    if (done.lost) {
      // A delivered event counts as reached, and the next cursor would pass it. So the subscribers resume, and get it
      // then.
      for (const subscriber of [...this.subscribers]) this.#stream.endFor(subscriber, [lostError()])
      return
    }
    for (const subscriber of this.subscribers) subscriber.event(payload, position)
  }

  /** Executes further events with the new executor; running ones are delivered as they began. */
  continueWith(viewers: string, executor: EventExecutor): void {
    this.#executor.close(this.#queue !== null)
    this.#viewers = viewers
    this.#executor = executor
  }

  /** Makes another audience, which also gets the events that this one still waits for. */
  fork(viewers: string, executor: EventExecutor): Audience {
    const fork = new Audience(viewers, executor, this.#stream)
    fork.#queue = this.#queue && [...this.#queue]
    for (const { running } of this.#queue ?? []) if (!running.done) running.waiting.push(fork)
    return fork
  }

  close(): void {
    this.#queue = null
    this.#executor.close(false)
  }
}

const lostError = () =>
  codedError('RESUME', 'An event could not be completed in time: subscribe again from the last cursor.')
