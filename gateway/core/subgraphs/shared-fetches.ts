import type { FetchNode } from '@apollo/query-planner'
import type { ExecutionResult } from 'graphql'
import { ClientLeft, codedError, refusalOf } from '../errors.ts'
import { writeJson } from '../json.ts'
import { add, distribute, isAnswered, isMerged, makeBatch, outgoingOf, seat } from './batch.ts'
import type { Batch, Texts, Waiting } from './batch.ts'
import { cancellationOf } from './cancellation.ts'
import type { DataSources } from './data-sources.ts'
import type { Outgoing } from './outgoing.ts'
import type { Scope } from './scope.ts'

/** Entities in one fetch: a subgraph bounds its requests. Those beyond it are asked for by another fetch beside it. */
const MAX_ENTITIES = 1_000

/** With these codes a subgraph speaks of the one who asks: the others must not get the error. */
const PERSONAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN'])

/** Sends the request of one fetch of a plan; what it resolves to belongs to the caller. */
export type Send = (request: Outgoing, texts: Texts, scope: Scope) => Promise<ExecutionResult>

/** Makes the sender of a fetch, when its plan is compiled. */
export type Sender = (node: FetchNode) => Send

/** Makes the senders of one subscription. `isPublic`: the texts of those of its fetches that are the same whoever asks. */
export type SharedFetches = (isPublic: ReadonlySet<string>) => Sender

/**
 * Public fetches for events that come in one turn of the event loop, to one subgraph, with the same document and the same
 * forwarded headers, are one fetch: each entity is asked for once. No answer is kept.
 *
 * Nothing else is shared. `npm run bench:subscriptions` gives 187 CPU-ms for 1,000 direct deliveries without sharing, and 93
 * with it. Gathering for longer while a fetch is under way, joining that fetch, and sharing the private fetches of one identity's
 * events made no difference. Sharing the fetches of queries paid only where one person asked the same eight times at once (0.53
 * for 0.69 CPU-ms), not where an app asked three different things at its start; in branches of one query it cost 1.21 for 1.04.
 *
 * A fetch is aborted once everybody who waits for it has left. Where a subgraph does not answer a shared fetch as a whole, the
 * part of each who waits is fetched again by itself, so that a bad request of one cannot fail the others.
 */
export function makeSharedFetches(sources: Pick<DataSources, 'get'>): SharedFetches {
  /**
   * The batches of this turn by what their fetches have in common. Made for each turn anew: the old tables of a Map that
   * stays would keep batches alive (see `LinkedList`).
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
      add(known, request, texts)
      return known
    }
    if (known) send(known)
    const batch = makeBatch(service, request, texts, scope)
    gathering.set(key, batch)
    return batch
  }

  const send = (batch: Batch) => {
    // Those for whom it was have left.
    if (batch.waiting.size === 0) return
    const settle = (isFetchedAlone: (one: Waiting) => boolean, rest: (others: readonly Waiting[]) => void) => {
      const others: Waiting[] = []
      for (const one of batch.waiting) {
        one.forget()
        if (isFetchedAlone(one)) fetchAlone(batch.service, one)
        else others.push(one)
      }
      rest(others)
    }
    const isOther = (one: Waiting) => one.scope.context !== batch.scope.context
    const receive = (result: ExecutionResult) => {
      const personal = result.errors?.some(isPersonal) ?? false
      // It may have been too much at once, or wrong in what one of them asks.
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
    // Also where what came is no result at all.
    void asked().then(receive).catch(fail)
  }

  const fetchAlone = (service: string, { request, scope, resolve, reject }: Waiting) => {
    const asked = async () => sources.get(service).execute(request, scope)
    asked().then(resolve, reject)
  }

  /** Takes a seat in a batch, until it is answered or the client has left. */
  const wait = (key: string, service: string, request: Outgoing, texts: Texts, scope: Scope) =>
    new Promise<ExecutionResult>((resolve, reject) => {
      const cancellation = scope.cancellation ?? cancellationOf(scope.signal)
      if (cancellation.cancelled) return reject(clientLeft())
      const batch = batchFor(key, service, request, texts, scope)
      const leave = () => {
        batch.waiting.delete(one)
        reject(clientLeft())
        if (batch.waiting.size > 0) return
        // Nobody else may come into a batch that is given up.
        if (gathering?.get(key) === batch) gathering.delete(key)
        batch.gone.cancel()
      }
      const forget = () => cancellation.delete(leave)
      const one: Waiting = { request, texts, scope, places: null, resolve, reject, forget }
      seat(batch, one)
      cancellation.add(leave)
    })

  return (isPublic) =>
    ({ serviceName, operation: document }) => {
      if (!isPublic.has(document)) return (request, _, scope) => sources.get(serviceName).execute(request, scope)
      // Under its name in the plan, which has the fetch's number in it, no two would be the same.
      const unnamed = `${serviceName} ${document.replace(/^query\s+\w+/, 'query')}`
      return (request, texts, scope) => {
        // JSON has no line breaks in it.
        const key = `${unnamed}\n${textOf(scope.forwarded)}\n${othersOf(request, texts)}`
        return wait(key, serviceName, request, texts, scope)
      }
    }
}

const clientLeft = () => codedError('DOWNSTREAM_SERVICE_ERROR', 'The client left.', { cause: new ClientLeft() })

/** The variables that must be equal. */
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
