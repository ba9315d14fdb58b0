/**
 * Writes changes into the normalised cache of another library: Apollo Client's or urql's. Such a cache holds what an app's own
 * queries selected, so that here a change is made to whatever part of it is there, and what is not there is left out.
 */
import type { Fields, Ref } from './state.ts'

/** What a node of a connection is: an entity by its reference, or, without an id, its fields. Entities in them are references. */
export type CachedNode = Ref | Fields

/** One list that was asked for, with the pages that were joined to it. */
export interface CachedConnection {
  /** The arguments that say what belongs to it, such as `filter`; those of paging left out. */
  readonly filter: Fields
  readonly nodes: readonly CachedNode[]
  /** The list goes on before the first, or behind the last node: what belongs there comes with its page. */
  readonly hasPrevious: boolean
  readonly hasNext: boolean
  /** Nodes that were there before, the same objects, keep what else the cache knows of them. */
  set(nodes: readonly CachedNode[]): void
  /** Who shows it asks again. */
  drop(): void
}

/** The parts of a normalised cache that changes need. */
export interface NormalizedCache {
  /** The fields without arguments, or undefined if the entity is not there. Entities in them are references. */
  read(ref: Ref): Fields | undefined
  /** Objects in the fields have their `__typename`; what is left out stays. Makes the entity if it is not there. */
  write(ref: Ref, fields: Fields): void
  /** Also from root fields that ask for it by its id: they answer null. */
  forget(ref: Ref): void
  /** Those that were asked for of this field, whatever their filters; null if the answer was null. */
  connections(parent: Ref, field: string): readonly CachedConnection[] | null
  /** The viewer may not see the field any more: it answers null. */
  deny(parent: Ref, field: string): void
  /** The field is not known any more, with these arguments or with any: who shows it asks again. */
  drop(parent: Ref, field: string, args?: Fields): void
}

/** The reference of the root of all queries. */
export const ROOT: Ref = 'Query:'
