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
    else mergeEntity(state, change)
  }
  return eachOnce(missing)
}

/** `GroupInvites` is one list, whichever group's invite is not known. */
export function eachOnce(missing: readonly Missing[]): Missing[] {
  const keyOf = (one: Missing) => (one.missing === 'GroupInvites' ? one.missing : refOf(one.missing, one.id))
  return [...new Map(missing.map((one) => [keyOf(one), one])).values()]
}

/** What says what it said before stays the same object, whoever tells it again. */
function mergeEntity({ entities }: OpenState, { merge, fields }: Extract<EntityWrite, { readonly merge: Ref }>): void {
  const before = entities.get(merge)
  if (before && Object.entries(fields).every(([name, value]) => isSame(before[name], value))) return
  entities.set(merge, { ...before, ...fields })
}

/** Whether two values of JSON say the same. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const [names, others] = [Object.keys(one), Object.keys(other)]
  // Both are objects, or lists, whose names are their numbers.
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === others.length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name as never], other[name as never]))
  )
}

function editList(state: OpenState, edit: ListEdit): void {
  if ('set' in edit) return void state.lists.set(edit.list, edit.set)
  if ('drop' in edit) return void state.lists.delete(edit.list)
  const before = state.lists.get(edit.list)
  if (!before) return
  if ('insert' in edit) {
    const at = placeIn(before, edit.insert)
    const after = before.slice()
    if (at >= 0) after.splice(at, 1)
    const place = placeOf(state, after, edit)
    if (place === at) return
    after.splice(place, 0, edit.insert)
    state.lists.set(edit.list, after)
  } else {
    const gone = edit.remove.filter((ref) => before.includes(ref))
    if (gone.length === 0) return
    const all = new Set(gone)
    state.lists.set(
      edit.list,
      before.filter((ref) => !all.has(ref)),
    )
  }
}

/** As `indexOf`, which compares texts four times more slowly. */
function placeIn(refs: readonly Ref[], ref: Ref): number {
  for (let at = 0; at < refs.length; at++) if (refs[at] === ref) return at
  return -1
}

/** Where a list's order puts an entity: after all that come before it. The list is in order. */
function placeOf(
  { entities }: State,
  refs: readonly Ref[],
  { list, insert, at }: Extract<ListEdit, { readonly insert: Ref }>,
): number {
  if (at === 'start') return 0
  if (at === 'end') return refs.length
  const compare = orderOf(list)
  const own = entities.get(insert) ?? {}
  const isBefore = (place: number) => {
    const ref = refs[place]
    return ref !== undefined && compare(entities.get(ref) ?? {}, own) < 0
  }
  // New messages come last, and a conversation with a new message first.
  let [low, high] = [0, refs.length]
  if (high === 0 || isBefore(high - 1)) return high
  if (!isBefore(0)) return 0
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
