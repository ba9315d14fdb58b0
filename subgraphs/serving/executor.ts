import {
  createSourceEventStream,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql'
import type { Verified } from '../../platform/signature/verify.ts'
import type { DocumentCache } from './document-cache.ts'
import type { Mask } from './mask.ts'
import type { SharedEvents } from './shared-events.ts'

export interface GraphRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/**
 * What a room's `makeContext` gets. Made for each request, and again for each event of a stream, so that loaders live
 * for one answer.
 */
export interface RequestFacts extends Verified {
  readonly requestId: string
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal
  /**
   * Set while a stream is opened: `listener` gets the cursor up to which a client has certainly received all events.
   */
  readonly onProgress?: (listener: (cursor: string) => void) => void
}

/** A request with a verified signature. */
export interface VerifiedRequest extends Verified {
  readonly request: GraphRequest
  readonly requestId: string
  readonly signal: AbortSignal
}

/**
 * A source that can hand over its items by itself, at the moment when they come: an event that goes to thousands of
 * streams then costs each of them a call, not a chain of promises.
 */
export interface Pouring<Item> {
  /**
   * Called at most once, in place of `next`. `take` gets each item in order; if it returns a promise, the source keeps
   * the next items until it resolves. `end` is called once after the last item: with an error, or without one. Nothing
   * is called after `return`.
   */
  pour(take: (item: Item) => Promise<void> | undefined, end: (error?: unknown) => void): void
}

/** The events of a subscription, pulled one by one or poured. It throws the room's errors unmasked. */
export interface EventStream extends AsyncIterableIterator<ExecutionResult>, Partial<Pouring<ExecutionResult>> {
  return(): Promise<IteratorResult<ExecutionResult>>
  progress(cursor: string): void
}

export interface Executor {
  execute(call: VerifiedRequest): Promise<ExecutionResult>
  subscribe(call: VerifiedRequest): Promise<EventStream | ExecutionResult>
}

const END = { done: true, value: undefined } as const

const wrongWay = (message: string): ExecutionResult => ({
  errors: [new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })],
})

export function makeExecutor(
  schema: GraphQLSchema,
  makeContext: (facts: RequestFacts) => unknown,
  documents: DocumentCache,
  mask: Mask,
  shared: SharedEvents,
): Executor {
  const masked = (result: ExecutionResult, requestId: string): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map((error) => mask(error, requestId)) } : result

  const argsOf = ({ request }: VerifiedRequest) => ({
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  })

  async function runQuery(call: VerifiedRequest): Promise<ExecutionResult> {
    const { request, identity, clientNetwork, requestId, signal } = call
    const read = documents.read(request.query, request.operationName, identity.kind === 'anonymous')
    if ('errors' in read) return read
    if (read.operation === OperationTypeNode.SUBSCRIPTION)
      return wrongWay('A subscription must be opened over graphql-ws, not sent over HTTP.')
    const { document } = read
    const contextValue = makeContext({ identity, clientNetwork, requestId, signal })
    return masked(await execute({ schema, document, contextValue, ...argsOf(call) }), requestId)
  }

  async function openStream(call: VerifiedRequest): Promise<EventStream | ExecutionResult> {
    const { request, identity, clientNetwork, requestId } = call
    const read = documents.read(request.query, request.operationName, identity.kind === 'anonymous')
    if ('errors' in read) return read
    if (read.operation !== OperationTypeNode.SUBSCRIPTION)
      return wrongWay('Only a subscription can be opened as a stream: send a query or mutation over HTTP.')
    const { document } = read
    const progress = new Set<(cursor: string) => void>()
    const gone = new AbortController()
    const leave = () => gone.abort()
    call.signal.addEventListener('abort', leave, { once: true })
    if (call.signal.aborted) leave()
    const over = () => {
      call.signal.removeEventListener('abort', leave)
      leave()
    }

    const facts = { identity, clientNetwork, requestId, signal: gone.signal }
    const contextValue = makeContext({ ...facts, onProgress: (listener) => void progress.add(listener) })
    const opened = await createSourceEventStream({ schema, document, contextValue, ...argsOf(call) }).catch(
      (error: unknown) => {
        over()
        throw error
      },
    )
    if (!(Symbol.asyncIterator in opened)) {
      over()
      return masked(opened, requestId)
    }
    const source = opened[Symbol.asyncIterator]() as AsyncIterator<unknown, unknown>
    let release: (() => void) | undefined

    const answer = (event: unknown) =>
      shared.run({ document, operationName: request.operationName, event, identity }, () =>
        execute({ schema, document, rootValue: event, contextValue: makeContext(facts), ...argsOf(call) }),
      )

    const pull = async (): Promise<IteratorResult<ExecutionResult>> => {
      const { done, value } = await source.next()
      if (done || gone.signal.aborted) return END
      const made = answer(value)
      return { done: false, value: masked(made instanceof Promise ? await made : made, requestId) }
    }

    /** An event whose answer is not there at once makes the next ones wait, so that they keep their order. */
    const pour =
      (pouring: Pouring<unknown>): Pouring<ExecutionResult>['pour'] =>
      (take, end) => {
        let ended = false
        const finish = (error?: unknown) => {
          if (ended) return
          ended = true
          const left = gone.signal.aborted
          over()
          if (!left) end(error)
        }
        const fail = (error: unknown): undefined => {
          finish(error)
          void source.return?.()
        }
        const give = (result: ExecutionResult) => (gone.signal.aborted ? undefined : take(masked(result, requestId)))
        pouring.pour((event) => {
          if (gone.signal.aborted) return undefined
          try {
            const made = answer(event)
            if (!(made instanceof Promise)) return give(made)
            return made.then(give).catch(fail)
          } catch (error) {
            return fail(error)
          }
        }, finish)
      }

    const stream: EventStream = {
      next() {
        if (gone.signal.aborted) return Promise.resolve(END)
        return new Promise((resolve, reject) => {
          // A source that handles neither `return` nor the signal must not keep its consumer waiting.
          release = () => resolve(END)
          pull().then(
            (result) => {
              if (result.done) over()
              resolve(result)
            },
            (error: Error) => {
              over()
              reject(error)
            },
          )
        })
      },
      async return() {
        over()
        release?.()
        await source.return?.()
        return END
      },
      progress(cursor) {
        for (const listener of progress) listener(cursor)
      },
      ...(isPouring(source) && { pour: pour(source) }),
      [Symbol.asyncIterator]: () => stream,
    }
    return stream
  }

  return {
    // Masks errors outside of resolvers too, such as a failing `makeContext`.
    execute: (call) => runQuery(call).catch((error: unknown) => ({ errors: [mask(error, call.requestId)] })),
    subscribe: (call) => openStream(call).catch((error: unknown) => ({ errors: [mask(error, call.requestId)] })),
  }
}

const isPouring = (source: object): source is Pouring<unknown> => 'pour' in source
