import { codedError, type FormatError } from '../errors.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import type { SubgraphEvent } from '../subgraphs/attempt.ts'
import { Audience } from './audience.ts'
import type { Executions } from './executions.ts'
import { viewersOf, type Asked, type Mark, type Reader, type Reading } from './reader.ts'
import { Source, type SourceListener } from './source.ts'

/** Maximum events of one stream in execution. They wait for slow subgraphs, and are then delivered in order. */
const MAX_RUNNING_EVENTS = 16

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly executions: Executions
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
  #asked: Asked
  #key: string
  #source: Source
  /** Mostly one. */
  #audiences: Audience[] = []
  /** The subscriber with whose rights the upstream subscription runs. */
  #opener: Reader
  #over = false
  #ending: Ending | null = null
  #events = 0
  #furthest = 0
  #cursor: string | null = null
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null

  /** Throws a coded error if a limit forbids the stream. `join` must be called in the same tick. */
  constructor(asked: Asked, key: string, first: Reader, deps: Dependencies, closed: (stream: SharedStream) => void) {
    this.#deps = deps
    this.#closed = closed
    this.#asked = asked
    this.#key = key
    this.#opener = first
    this.#source = new Source(asked.plan, asked.variables, this, deps)
  }

  get asked(): Asked {
    return this.#asked
  }

  get key(): string {
    return this.#key
  }

  readers(): Reader[] {
    return this.#audiences.flatMap(({ readers }) => [...readers])
  }

  size(): number {
    return this.#audiences.reduce((sum, { readers }) => sum + readers.size, 0)
  }

  /** Whether a new subscriber would get the same events as the present ones. */
  joinable(): boolean {
    // A newcomer to a resumable stream would miss its delivered events: its start, and the replay.
    return !this.#over && !this.#ending && (this.#asked.plan.resume === null || this.#events === 0)
  }

  join(reader: Reader): Reading {
    this.#seat(reader)
    return new Seat(this, reader)
  }

  #seat(reader: Reader): void {
    const viewers = viewersOf(this.#asked, reader)
    let audience = this.#audiences.find((one) => one.viewers === viewers)
    if (!audience) {
      const execution = this.#deps.executions.open(this.#asked, viewers)
      audience = new Audience(viewers, execution, this)
      this.#audiences.push(audience)
    }
    audience.readers.add(reader)
  }

  leave(reader: Reader): void {
    for (const [index, audience] of this.#audiences.entries()) {
      if (!audience.readers.delete(reader)) continue
      if (audience.readers.size > 0) return
      audience.close()
      this.#audiences.splice(index, 1)
      if (this.#audiences.length === 0) this.#close()
      else this.drained()
      return
    }
  }

  reached(mark: Mark): void {
    if (this.#over || mark.number <= this.#furthest) return
    this.#furthest = mark.number
    this.#source.reached(mark.cursor)
  }

  /** The stream always has the rights of one of its present subscribers. */
  scope(): Scope {
    if (!this.#audiences.some(({ readers }) => readers.has(this.#opener))) {
      for (const { readers } of this.#audiences) for (const reader of readers) this.#opener = reader
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
    const others = refused ? this.readers().filter(({ identity }) => identity !== this.#opener.identity) : []
    if (others.length === 0) return this.end(errors)
    // The subgraph refused the subscriber whose rights the stream had: it is asked again with another's rights.
    this.#ending = null
    const { identity } = this.#opener
    for (const reader of this.readers()) if (reader.identity === identity) this.endFor(reader, errors)
    if (this.#over) return
    const { plan, variables } = this.#asked
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
  replan(asked: Asked, key: string): void {
    this.#asked = asked
    this.#key = key
    for (const audience of [...this.#audiences]) {
      const classes = new Map<string, Audience>()
      for (const reader of [...audience.readers]) {
        const viewers = viewersOf(asked, reader)
        let own = classes.get(viewers)
        if (!own) {
          const execution = this.#deps.executions.open(asked, viewers)
          own = classes.size === 0 ? audience : audience.fork(viewers, execution)
          if (own === audience) audience.continueWith(viewers, execution)
          else this.#audiences.push(own)
          classes.set(viewers, own)
        }
        if (own === audience) continue
        audience.readers.delete(reader)
        own.readers.add(reader)
      }
    }
    this.#source.replan(asked.plan, asked.variables)
  }

  /** Ends the stream for all subscribers; errors are not formatted yet. Null: the subgraph has completed. */
  end(errors: readonly unknown[] | null): void {
    const all = this.readers()
    for (const audience of this.#audiences) audience.close()
    this.#audiences = []
    this.#close()
    for (const reader of all) reader.end(errors && this.#formatted(errors, reader))
  }

  /** Ends the stream for one subscriber. */
  endFor(reader: Reader, errors: readonly unknown[] | null): void {
    if (!this.#audiences.some(({ readers }) => readers.has(reader))) return
    this.leave(reader)
    reader.end(errors && this.#formatted(errors, reader))
  }

  #formatted(errors: readonly unknown[], { scope: { requestId } }: Reader) {
    return errors.map((error) => this.#deps.formatError(error, requestId))
  }
}

class Seat implements Reading {
  readonly #stream: SharedStream
  readonly #reader: Reader

  constructor(stream: SharedStream, reader: Reader) {
    this.#stream = stream
    this.#reader = reader
  }

  reached(mark: Mark): void {
    this.#stream.reached(mark)
  }

  stop(): void {
    this.#stream.leave(this.#reader)
  }
}

export function schemaReloadError(): Error {
  return codedError('SCHEMA_RELOAD', 'The schema changed and this operation is no longer valid: subscribe again.')
}
