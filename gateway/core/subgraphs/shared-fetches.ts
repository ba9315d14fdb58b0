import type { FetchNode } from '@apollo/query-planner'
import type { ExecutionResult } from 'graphql'
import { ClientLeft, codedError, refusalOf } from '../errors.ts'
import { writeJson } from '../json.ts'
import { addEntities, distribute, isAnswered, isMerged, makeBatch, outgoingOf, addWaiter } from './batch.ts'
import type { Batch, Texts, Waiter } from './batch.ts'
import { cancellationOf } from './cancellation.ts'
import type { DataSources } from './data-sources.ts'
import type { Outgoing } from './outgoing.ts'
import type { Scope } from './scope.ts'

/** Maximum entities in one fetch, because a subgraph limits its requests. More go into another fetch. */
const MAX_ENTITIES = 1_000

/** Errors with these codes concern the caller whose rights the fetch had, and must not reach the others. */
const PERSONAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN'])

/** Sends the request of one fetch of a plan. The caller may change the result. */
export type Send = (request: Outgoing, texts: Texts, scope: Scope) => Promise<ExecutionResult>

/** Makes the sender of a fetch when its plan is compiled. */
export type Sender = (node: FetchNode) => Send

/**
 * Makes the senders of one subscription. `isPublic`: the documents of the fetches whose answers are the same for every
 * viewer.
 */
export type SharedFetches = (isPublic: ReadonlySet<string>) => Sender

/**
 * Merges the public fetches for events of one turn of the event loop, to one subgraph, with the same document and the
 * same forwarded headers: each entity is fetched once. No answer is kept.
 *
 * Nothing else is shared. `npm run bench:subscriptions` measures 187 CPU-ms for 1,000 direct deliveries without
 * sharing, and 93 with it. Gathering for longer while a fetch is in flight, joining that fetch, and sharing the
 * private fetches of one identity's events made no difference. Sharing the fetches of queries only paid off for one
 * client that sent the same query eight times at once (0.53 instead of 0.69 CPU-ms), not for an app that sends three
 * different queries at its start; for branches of one query it cost 1.21 instead of 1.04.
 *
 * A fetch is aborted when all callers who wait for it have left. If a subgraph does not answer a merged fetch as a
 * whole, each caller's part is fetched separately, so that a bad request of one caller cannot fail the others.
 */
export function makeSharedFetches(sources: Pick<DataSources, 'get'>): SharedFetches {
  /**
   * The batches of this turn, by the common part of their fetches. The Map is new for each turn: the old tables of a
   * lasting one would keep batches alive (see `LinkedList`).
   */
  let gathering: Map<string, Batch> | null = null

  const flush = () => {
    const batches = gathering
    gathering = null
    for (const batch of batches?.values() ?? []) send(batch)
  }

  const batchFor = (key: string, service: string, request: Outgoing, texts: Texts, scope: Scope): Batch => {
    if (!gathering) {
      gathering = new Map()
      setImmediate(flush)
    }
    const known = gathering.get(key)
    if (known && (known.texts?.length ?? 0) + (texts?.length ?? 0) <= MAX_ENTITIES) {
      addEntities(known, request, texts)
      return known
    }
    if (known) send(known)
    const batch = makeBatch(service, request, texts, scope)
    gathering.set(key, batch)
    return batch
  }

  const send = (batch: Batch) => {
    // All of its callers have left.
    if (batch.waiting.size === 0) return
    const settle = (isFetchedAlone: (one: Waiter) => boolean, rest: (others: readonly Waiter[]) => void) => {
      const others: Waiter[] = []
      for (const one of batch.waiting) {
        one.forget()
        if (isFetchedAlone(one)) fetchAlone(batch.service, one)
        else others.push(one)
      }
      rest(others)
    }
    const isOther = (one: Waiter) => one.scope.context !== batch.scope.context
    const receive = (result: ExecutionResult) => {
      const personal = result.errors?.some(isPersonal) ?? false
      // The merged request may have been too large, or one caller's part invalid.
      const refused = isMerged(batch) && !isAnswered(batch, result)
      settle(
        (one) => refused || (personal && isOther(one)),
        (others) => distribute(batch, result, others),
      )
    }
    const fail = (error: unknown) =>
      settle(
        (one) => isPersonal(error) && isOther(one),
        (others) => {
          for (const one of others) one.reject(error)
        },
      )
    const asked = async () => sources.get(batch.service).execute(outgoingOf(batch), batch.scope)
    // `fail` also handles an answer that is no valid result.
    void asked().then(receive).catch(fail)
  }

  const fetchAlone = (service: string, { request, scope, resolve, reject }: Waiter) => {
    const asked = async () => sources.get(service).execute(request, scope)
    asked().then(resolve, reject)
  }

  /** Adds a caller to a batch until the batch is answered or the caller's client has left. */
  const wait = (key: string, service: string, request: Outgoing, texts: Texts, scope: Scope) =>
    new Promise<ExecutionResult>((resolve, reject) => {
      const cancellation = scope.cancellation ?? cancellationOf(scope.signal)
      if (cancellation.cancelled) return reject(clientLeft())
      const batch = batchFor(key, service, request, texts, scope)
      const leave = () => {
        batch.waiting.delete(one)
        reject(clientLeft())
        if (batch.waiting.size > 0) return
        // The batch was aborted, so nobody may join it.
        if (gathering?.get(key) === batch) gathering.delete(key)
        batch.gone.cancel()
      }
      const forget = () => cancellation.delete(leave)
      const one: Waiter = { request, texts, scope, places: null, resolve, reject, forget }
      addWaiter(batch, one)
      cancellation.add(leave)
    })

  return (isPublic) =>
    ({ serviceName, operation: document }) => {
      if (!isPublic.has(document)) return (request, _, scope) => sources.get(serviceName).execute(request, scope)
      // The plan numbers its fetches in their operation names, so with the names no two keys would be equal.
      const unnamed = `${serviceName} ${document.replace(/^query\s+\w+/, 'query')}`
      return (request, texts, scope) => {
        // A line break separates the parts, because JSON contains none.
        const key = `${unnamed}\n${textOf(scope.forwarded)}\n${othersOf(request, texts)}`
        return wait(key, serviceName, request, texts, scope)
      }
    }
}

const clientLeft = () => codedError('DOWNSTREAM_SERVICE_ERROR', 'The client left.', { cause: new ClientLeft() })

/** The variables that must be equal for two fetches to be merged. */
function othersOf({ variables = {} }: Outgoing, texts: Texts): string {
  if (!texts) return textOf(variables)
  const { representations: _, ...others } = variables
  return textOf(others)
}

function textOf(record: Readonly<Record<string, unknown>>): string {
  for (const _ in record) return writeJson(record)
  return ''
}

const isPersonal = (error: unknown): boolean => PERSONAL.has(refusalOf(error)?.code ?? '')
