import type { ExecutionResult } from 'graphql'
import { codedError, refusalOf } from '../errors.ts'
import { readAnswer } from './answers.ts'
import { toLocal } from '../values/custom-scalars.ts'
import type { Outgoing } from './outgoing.ts'
import type { Values } from '../values/values.ts'
import type { Limits } from '../limits.ts'
import type { Attempt, Sink } from './attempt.ts'
import { openLocalAttempt } from './local.ts'
import { makeUpstream } from './upstream.ts'
import type { GatewayOptions, GraphRequest, Log } from '../types.ts'
import { makeDeadlines, type Deadlines } from './deadlines.ts'
import { openHttpClient } from './http-client.ts'
import { cancellationOf } from './cancellation.ts'
import { makeSign, signedText, type Scope } from './scope.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

/** One subgraph, in this process or remote. */
export interface DataSource {
  /** Rejects with coded errors only. The caller owns the result and may change it. */
  execute(request: Outgoing, scope: Scope): Promise<ExecutionResult>
  /** Subscribes once, without retries. Throws a coded error if a limit forbids it. */
  subscribe(request: GraphRequest, scope: Scope, sink: Sink): Attempt
  /**
   * Calls `listener` once when the subgraph is reachable again; returns a function that stops waiting. Absent for
   * local subgraphs.
   */
  whenBack?(scope: Scope, listener: () => void): () => void
}

export interface DataSources extends AsyncDisposable {
  get(name: string): DataSource
  /** Opens new subgraphs; closes those that were removed or have another URL. */
  update(subgraphs: SupergraphInForce['subgraphs']): void
  stats(): { upstreamSockets: number; upstreamSubscriptions: number }
}

interface Opened extends DataSource {
  readonly url: string
  stats(): { sockets: number; subscriptions: number }
  close(): Promise<void>
}

export function openDataSources(
  options: Pick<GatewayOptions<unknown>, 'subgraphs' | 'signRequest'>,
  limits: Limits,
  log: Log,
): DataSources {
  const opened = new Map<string, Opened>()
  const closing = new Set<Promise<void>>()
  const sign = makeSign(options)

  const open = (name: string, url: string, graph: string): Opened => {
    const source = options.subgraphs(name, url, graph)
    if (source.kind === 'local') {
      let subscriptions = 0
      const deadlines = makeDeadlines(limits.subgraphTimeoutMs)
      return {
        url,
        async execute(request, scope) {
          try {
            const { asked, text } = inProcess(request)
            const call = async (signal: AbortSignal) => source.execute(asked, sign(scope, name, text()), signal)
            return readAnswer(await within(deadlines, scope, call), name)
          } catch (error) {
            throw coded(name, error)
          }
        },
        subscribe(request, scope, sink) {
          subscriptions++
          const ended = () => subscriptions--
          const { asked, text } = inProcess(request)
          return openLocalAttempt(source, asked, sign(scope, name, text()), sink, ended)
        },
        stats: () => ({ sockets: 0, subscriptions }),
        close: async () => deadlines.close(),
      }
    }
    const http = openHttpClient(name, source.url, limits)
    const upstream = makeUpstream(name, source.wsUrl, limits, log)
    return {
      url,
      async execute({ text, idempotent, read }, scope) {
        try {
          const headers = () => sign(scope, name, text)
          return await http.post(text, idempotent, headers, scope.cancellation ?? cancellationOf(scope.signal), read)
        } catch (error) {
          throw coded(name, error)
        }
      },
      subscribe: (request, scope, sink) =>
        upstream.subscribe(request, sign(scope, name, signedText(request)), scope.forwarded, sink),
      whenBack: (scope, listener) => upstream.whenBack(scope.forwarded, listener),
      stats: () => upstream.stats(),
      async close() {
        upstream.close()
        await http.close()
      },
    }
  }

  const close = (name: string) => {
    const done = opened
      .get(name)
      ?.close()
      .catch((error: unknown) => log.warn('A subgraph did not close.', { name, error }))
    opened.delete(name)
    if (!done) return
    closing.add(done)
    void done.finally(() => closing.delete(done))
  }

  return {
    get(name) {
      const source = opened.get(name)
      if (!source)
        throw codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" is not in the supergraph any more.`)
      return source
    },
    update(subgraphs) {
      const urls = new Map(subgraphs.map(({ name, url }) => [name, url]))
      for (const [name, source] of opened) if (urls.get(name) !== source.url) close(name)
      for (const { name, url, graph } of subgraphs) if (!opened.has(name)) opened.set(name, open(name, url, graph))
    },
    stats() {
      const all = [...opened.values()].map((source) => source.stats())
      return {
        upstreamSockets: all.reduce((sum, { sockets }) => sum + sockets, 0),
        upstreamSubscriptions: all.reduce((sum, { subscriptions }) => sum + subscriptions, 0),
      }
    },
    async [Symbol.asyncDispose]() {
      for (const name of [...opened.keys()]) close(name)
      await Promise.all(closing)
    },
  }
}

/** The request for a local subgraph, whose functions only know JavaScript's numbers. */
function inProcess(request: GraphRequest & { readonly text?: string }) {
  const { query, operationName, variables } = request
  const asked: GraphRequest = {
    query,
    ...(operationName !== undefined && { operationName }),
    ...(variables && { variables: toLocal(variables) as Values }),
  }
  const text = () => (asked.variables === variables && request.text) || signedText(asked)
  return { asked, text }
}

/**
 * Limits a local subgraph, whose functions may never answer, like a remote one. The signal fires when nobody needs the
 * answer any more: the client has left, or the deadline has passed.
 */
function within(
  deadlines: Deadlines,
  scope: Scope,
  call: (signal: AbortSignal) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const gone = new AbortController()
    const leave = () => gone.abort()
    const cancellation = scope.cancellation ?? cancellationOf(scope.signal)
    if (cancellation.cancelled) leave()
    else cancellation.add(leave)
    const deadline = deadlines.begin(() => {
      // The call may never settle, so its `finally` may never run.
      cancellation.delete(leave)
      reject(new Error('No answer in time.'))
      gone.abort()
    })
    call(gone.signal)
      .finally(() => {
        deadlines.end(deadline)
        cancellation.delete(leave)
      })
      .then(resolve, reject)
  })
}

/** Gives every error a code: a plain Error among the errors of a result would serialise as `{}`. */
function coded(name: string, error: unknown): unknown {
  if (refusalOf(error)) return error
  return codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" did not answer.`, { cause: error })
}
