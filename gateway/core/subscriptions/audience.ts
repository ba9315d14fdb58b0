import { codedError } from '../errors.ts'
import type { SubgraphEvent } from '../subgraphs/attempt.ts'
import { withGap } from './executed.ts'
import type { Awaiting, Execution, Running } from './executions.ts'
import type { Mark, Reader } from './reader.ts'

/** The stream that an audience belongs to. */
interface Delivering {
  /** Called after events have been delivered. */
  drained(): void
  endFor(reader: Reader, errors: readonly unknown[]): void
}

interface Unit {
  readonly running: Running
  readonly number: number
  readonly gap: boolean
}

/**
 * The subscribers of a stream who get the same bytes. Events are executed concurrently and delivered in order.
 *
 * A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
export class Audience implements Awaiting {
  readonly readers = new Set<Reader>()
  readonly #stream: Delivering
  #viewers: string
  #execution: Execution
  #queue: Unit[] | null = null

  constructor(viewers: string, execution: Execution, stream: Delivering) {
    this.#viewers = viewers
    this.#execution = execution
    this.#stream = stream
  }

  get viewers(): string {
    return this.#viewers
  }

  waiting(): number {
    return this.#queue?.length ?? 0
  }

  /** Returns the execution of the event; null if the audience is empty. */
  event(event: SubgraphEvent, number: number, gap: boolean): Running | null {
    const [speaker] = this.readers
    if (!speaker) return null
    const running = this.#execution.run(event, speaker.scope)
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
      const unit = this.#queue.shift() as Unit
      if (this.#queue.length === 0) this.#queue = null
      this.#deliver(unit)
    }
    this.#stream.drained()
  }

  #deliver({ running, number, gap }: Unit): void {
    const { done, cursor } = running
    if (!done) return
    const payload = gap ? withGap(done) : done.payload
    const mark: Mark | null = cursor === null ? null : { number, cursor }
    if (done.lost) {
      // A delivered event counts as reached, and the next cursor would pass it. So the subscribers resume, and get it
      // then.
      for (const reader of [...this.readers]) this.#stream.endFor(reader, [lostError()])
      return
    }
    for (const reader of this.readers) reader.event(payload, mark)
  }

  /** Executes further events with the new execution; running ones are delivered as they began. */
  continueWith(viewers: string, execution: Execution): void {
    this.#execution.close(this.#queue !== null)
    this.#viewers = viewers
    this.#execution = execution
  }

  /** Makes another audience, which also gets the events that this one still waits for. */
  fork(viewers: string, execution: Execution): Audience {
    const fork = new Audience(viewers, execution, this.#stream)
    fork.#queue = this.#queue && [...this.#queue]
    for (const { running } of this.#queue ?? []) if (!running.done) running.waiting.push(fork)
    return fork
  }

  close(): void {
    this.#queue = null
    this.#execution.close(false)
  }
}

const lostError = () =>
  codedError('RESUME', 'An event could not be completed in time: subscribe again from the last cursor.')
