import type { ExecutionResult } from 'graphql'
import { isIndex } from './answers.ts'
import { copy } from '../values/copy.ts'
import { atPath } from './subgraph-errors.ts'
import { withEntities, type Outgoing } from './outgoing.ts'
import { makeCancellation } from './cancellation.ts'
import { withCancellation, type Scope } from './scope.ts'

/** The representations of an entity fetch as JSON, without repetitions; null for other fetches. */
export type Texts = readonly string[] | null

/** A caller that waits for its part of a batch. */
export interface Waiter {
  readonly request: Outgoing
  readonly texts: Texts
  readonly scope: Scope
  /** The places of its entities in the batch; null if the batch's answer is the answer to its own request. */
  places: readonly number[] | null
  resolve(result: ExecutionResult): void
  reject(error: unknown): void
  /** Stops listening to the caller's cancellation. */
  forget(): void
}

/** Several fetches sent as one: entity fetches without repeated entities, or equal fetches. */
export interface Batch {
  readonly service: string
  readonly first: Outgoing
  readonly scope: Scope
  texts: Texts
  /**
   * The entities of all callers, as texts and representations. Set once a second caller has joined, until the batch is
   * sent.
   */
  gathered: { readonly texts: string[]; readonly representations: unknown[] } | null
  places: Map<string, number> | null
  readonly waiting: Set<Waiter>
  readonly gone: ReturnType<typeof makeCancellation>
}

/** The batch has the rights of its first caller. It is cancelled when all callers have left. */
export function makeBatch(service: string, first: Outgoing, texts: Texts, scope: Scope): Batch {
  const gone = makeCancellation()
  return {
    service,
    first,
    scope: withCancellation(scope, gone),
    texts,
    gathered: null,
    places: null,
    waiting: new Set(),
    gone,
  }
}

const representationsOf = ({ variables }: Outgoing) => (variables?.['representations'] ?? []) as readonly unknown[]

/** Adds another caller's entities. Must be called before the batch is sent. */
export function addEntities(batch: Batch, request: Outgoing, texts: Texts): void {
  if (!texts) return
  batch.gathered ??= { texts: [...(batch.texts ?? [])], representations: [...representationsOf(batch.first)] }
  const { gathered } = batch
  batch.texts = gathered.texts
  const places = placesOf(batch)
  const given = representationsOf(request)
  for (const [i, text] of texts.entries()) {
    if (places.has(text)) continue
    places.set(text, gathered.texts.push(text) - 1)
    gathered.representations.push(given[i])
  }
}

function placesOf(batch: Batch): Map<string, number> {
  return (batch.places ??= new Map((batch.texts ?? []).map((text, place) => [text, place])))
}

/** Adds a caller whose entities the batch includes. From the second caller on, each gets a part of the answer. */
export function addWaiter(batch: Batch, one: Waiter): void {
  if (batch.waiting.size > 0) {
    const places = placesOf(batch)
    for (const each of [...batch.waiting, one]) each.places ??= (each.texts ?? []).map((text) => places.get(text) ?? -1)
  }
  batch.waiting.add(one)
}

/** The request for all callers that are waiting now. */
export function outgoingOf(batch: Batch): Outgoing {
  const [one] = batch.waiting
  if (one && batch.waiting.size === 1) {
    // Other callers may have added entities, and left.
    batch.texts = one.texts
    batch.gathered = null
    batch.places = null
    one.places = null
    return one.request
  }
  const { first, gathered } = batch
  return gathered ? withEntities(first, gathered.representations, gathered.texts) : first
}

/** Whether its request merges the entities of several callers. */
export const isMerged = ({ gathered }: Batch): boolean => gathered !== null

/** Whether the answer has each of its entities, which may be null. */
export function isAnswered({ texts }: Batch, { data }: ExecutionResult): boolean {
  const entities: unknown = data?.['_entities']
  return Array.isArray(entities) && entities.length === texts?.length
}

/** Gives each caller its part of the answer. */
export function distribute(batch: Batch, result: ExecutionResult, to: Iterable<Waiter>): void {
  const shares = sharesOf(batch)
  for (const one of to) one.resolve(one.places ? partOf(result, one.texts ? one.places : null, shares) : result)
}

/** The number of callers for each entity. An entity with one caller need not be copied. */
function sharesOf({ texts, waiting }: Batch): Uint32Array {
  const shares = new Uint32Array(texts?.length ?? 0)
  for (const { places } of waiting) for (const place of places ?? []) shares[place] = (shares[place] ?? 0) + 1
  return shares
}

function partOf(
  { data, errors, ...rest }: ExecutionResult,
  places: readonly number[] | null,
  shares: Uint32Array,
): ExecutionResult {
  if (!places) return { ...rest, ...(errors && { errors }), ...(data !== undefined && { data: copy(data) }) }
  const all = data?.['_entities']
  const entities = Array.isArray(all) ? (all as unknown[]) : null
  const whole = entities?.length === shares.length
  const mine =
    entities && whole ? places.map((place) => ((shares[place] ?? 0) > 1 ? copy(entities[place]) : entities[place])) : []
  const told = errors?.flatMap((error) => {
    const [field, place, ...path] = error.path ?? []
    // An error that names none of the entities goes to every caller.
    if (field !== '_entities' || !isIndex(place) || place >= shares.length) return [error]
    const at = places.indexOf(place)
    return at < 0 ? [] : [atPath(error, [field, at, ...path])]
  })
  return {
    ...rest,
    ...(told && told.length > 0 && { errors: told }),
    // An answer with a wrong number of entities is wrong for every caller.
    ...(data !== undefined && { data: data && entities ? { _entities: mine } : data }),
  }
}
