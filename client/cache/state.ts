/**
 * What a client knows: entities by type and id, and the lists that its screens show. Changes are made as values, apart from
 * the state, and are written by one function: a cache of another library can write them in its own way.
 */
import { type Fields, orderOf } from './order.ts'

/** The type and the id of an entity, such as `Message:0190…`. */
export type Ref = `${string}:${string}`

export type { Fields } from './order.ts'

/** A list that was never loaded is not there, and no change makes it: to show it, it must be loaded. */
export interface State {
  readonly entities: ReadonlyMap<Ref, Fields>
  readonly lists: ReadonlyMap<string, readonly Ref[]>
}

/** Entities and lists are replaced, never changed: who holds one can compare it by identity. */
export interface OpenState extends State {
  readonly entities: Map<Ref, Fields>
  readonly lists: Map<string, readonly Ref[]>
}

export type EntityWrite =
  /** Fields that are left out stay. */
  { readonly merge: Ref; readonly fields: Fields } | { readonly forget: Ref }

export type ListEdit =
  /** Moves the entity if the list has it already. `order`: where the list's own order puts it. */
  | { readonly list: string; readonly insert: Ref; readonly at: 'start' | 'end' | 'order' }
  | { readonly list: string; readonly remove: readonly Ref[] }
  /** The list as it was loaded. */
  | { readonly list: string; readonly set: readonly Ref[] }
  /** The list is not known any more. */
  | { readonly list: string; readonly drop: true }

/** What must be loaded, because it cannot be known: the viewer joined a group, or a list became visible. */
export interface Missing {
  readonly missing: 'Conversation' | 'Message' | 'GroupMembers' | 'GroupJoinRequests' | 'GroupInvites'
  readonly id: string
}

export type Change = EntityWrite | ListEdit | Missing

export const emptyState = (): OpenState => ({ entities: new Map(), lists: new Map() })

export const refOf = (type: string, ...ids: readonly string[]): Ref => `${type}:${ids.join(':')}`

/** Writes changes in their order. Returns what must be loaded, each thing once. */
export function writeChanges(state: OpenState, changes: readonly Change[]): Missing[] {
  const missing: Missing[] = []
  for (const change of changes) {
    if ('missing' in change) missing.push(change)
    else if ('list' in change) editList(state, change)
    else if ('forget' in change) state.entities.delete(change.forget)
    else state.entities.set(change.merge, { ...state.entities.get(change.merge), ...change.fields })
  }
  return eachOnce(missing)
}

/** `GroupInvites` is one list, whichever group's invite is not known. */
export function eachOnce(missing: readonly Missing[]): Missing[] {
  const keyOf = (one: Missing) => (one.missing === 'GroupInvites' ? one.missing : refOf(one.missing, one.id))
  return [...new Map(missing.map((one) => [keyOf(one), one])).values()]
}

function editList(state: OpenState, edit: ListEdit): void {
  if ('set' in edit) return void state.lists.set(edit.list, edit.set)
  if ('drop' in edit) return void state.lists.delete(edit.list)
  const before = state.lists.get(edit.list)
  if (!before) return
  const gone = new Set('insert' in edit ? [edit.insert] : edit.remove)
  const after = before.filter((ref) => !gone.has(ref))
  if ('insert' in edit) after.splice(placeOf(state, after, edit), 0, edit.insert)
  else if (after.length === before.length) return
  state.lists.set(edit.list, after)
}

function placeOf(
  { entities }: State,
  refs: readonly Ref[],
  { list, insert, at }: Extract<ListEdit, { readonly insert: Ref }>,
): number {
  if (at === 'start') return 0
  if (at === 'end') return refs.length
  const compare = orderOf(list)
  const fieldsOf = (ref: Ref) => entities.get(ref) ?? {}
  const own = fieldsOf(insert)
  // New messages come last, so the search begins there.
  const before = refs.findLastIndex((ref) => compare(fieldsOf(ref), own) < 0)
  return before + 1
}
