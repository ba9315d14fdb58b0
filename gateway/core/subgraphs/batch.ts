import type { ExecutionResult } from 'graphql'
import { isIndex } from './answers.ts'
import { copy } from '../values/copy.ts'
import { atPath } from './subgraph-errors.ts'
import { withEntities, type Outgoing } from './outgoing.ts'
import { makeCancellation } from './cancellation.ts'
import { withCancellation, type Scope } from './scope.ts'

/** The representations of an entity fetch as JSON, each once; null for a fetch of anything else. */
export type Texts = readonly string[] | null

/** One who waits for what a batch brings. */
export interface Waiting {
  readonly request: Outgoing
  readonly texts: Texts
  readonly scope: Scope
  /** Where his entities stand in the batch; null where its answer is that to his own request. */
  places: readonly number[] | null
  resolve(result: ExecutionResult): void
  reject(error: unknown): void
  /** He is not listened to any more. */
  forget(): void
}

/** Fetches that are one: of entities, each asked for once, or all of them the same. */
export interface Batch {
  readonly first: Outgoing
  readonly scope: Scope
  texts: Texts
  /** Before it is sent, once a second one has come: its own lists, and where each entity stands in them. */
  gathered: { readonly texts: string[]; readonly representations: unknown[] } | null
  places: Map<string, number> | null
  readonly waiting: Set<Waiting>
  readonly gone: ReturnType<typeof makeCancellation>
  /** When it was sent, by the clock of those who share. */
  sent: number
}

/** It is asked for with the rights of whoever came first, and until all have left. */
export function makeBatch(first: Outgoing, texts: Texts, scope: Scope): Batch {
  const gone = makeCancellation()
  return {
    first,
    scope: withCancellation(scope, gone),
    texts,
    gathered: null,
    places: null,
    waiting: new Set(),
    gone,
    sent: 0,
  }
}

const representationsOf = ({ variables }: Outgoing) => (variables?.['representations'] ?? []) as readonly unknown[]

/** Only while it gathers: asks for these entities as well. */
export function add(batch: Batch, request: Outgoing, texts: Texts): void {
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

/** Whether it asks, or asked, for all of these. */
export function covers(batch: Batch, texts: Texts): boolean {
  if (!texts) return !batch.texts
  const places = placesOf(batch)
  return texts.every((text) => places.has(text))
}

function placesOf(batch: Batch): Map<string, number> {
  return (batch.places ??= new Map((batch.texts ?? []).map((text, place) => [text, place])))
}

/** One more waits, who is covered. From the second on nobody gets the answer as it is. */
export function seat(batch: Batch, one: Waiting): void {
  if (batch.waiting.size > 0) {
    const places = placesOf(batch)
    for (const each of [...batch.waiting, one]) each.places ??= (each.texts ?? []).map((text) => places.get(text) ?? -1)
  }
  batch.waiting.add(one)
}

/** What is to be sent for those who wait now. */
export function outgoingOf(batch: Batch): Outgoing {
  const [one] = batch.waiting
  if (one && batch.waiting.size === 1) {
    // Others may have asked for more, and left.
    batch.texts = one.texts
    batch.gathered = null
    batch.places = null
    one.places = null
    return one.request
  }
  const { first, gathered } = batch
  return gathered ? withEntities(first, gathered.representations, gathered.texts) : first
}

/** Whether it asks for what several wanted, in a request that is nobody's own. */
export const isMerged = ({ gathered }: Batch): boolean => gathered !== null

/** Whether each of its entities has an answer, which may be null. */
export function isAnswered({ texts }: Batch, { data }: ExecutionResult): boolean {
  const entities: unknown = data?.['_entities']
  return Array.isArray(entities) && entities.length === texts?.length
}

/** Gives everybody his part of the answer. */
export function distribute(batch: Batch, result: ExecutionResult, to: Iterable<Waiting>): void {
  const shares = sharesOf(batch)
  for (const one of to) one.resolve(one.places ? partOf(result, one.texts ? one.places : null, shares) : result)
}

/** How many wait for each entity: what only one gets need not be copied. */
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
    // What names none of the entities is told to all.
    if (field !== '_entities' || !isIndex(place) || place >= shares.length) return [error]
    const at = places.indexOf(place)
    return at < 0 ? [] : [atPath(error, [field, at, ...path])]
  })
  return {
    ...rest,
    ...(told && told.length > 0 && { errors: told }),
    // A subgraph that answered with another number of entities did so to each who asked.
    ...(data !== undefined && { data: data && entities ? { _entities: mine } : data }),
  }
}
