/** Values that know what they were made from: each is made again when that has changed, and somebody asks for it. */
import type { Fields, Ref, State } from '../cache/index.ts'

/** Reads for a value that is being made: what was read is what the value depends on. */
export interface Reader {
  entity(ref: Ref): Fields | undefined
  list(name: string): readonly Ref[] | undefined
  /** A fact of the store that is no part of the state, such as that a page is being loaded. */
  fact<Value>(name: string): Value | undefined
}

/** What values are made from, each thing by its name: entities by their references, lists, and facts. */
export interface Sources {
  readonly state: () => State
  readonly facts: ReadonlyMap<string, unknown>
  /** What must be told that a name has another value. */
  readonly dependents: Map<string, Set<() => void>>
}

export interface Tracked<Value> {
  /** The same object as before if it says the same. */
  get(): Value
  /** The value may not be right any more. */
  mark(): void
  /** It depends on nothing until it is asked again. */
  release(): void
}

/** `onMarked` is called when the value that was given last may not be right any more. */
export function track<Value>(
  { state, facts, dependents }: Sources,
  make: (reader: Reader) => Value,
  onMarked: () => void,
): Tracked<Value> {
  let names = new Set<string>()
  let known: { readonly value: Value } | undefined
  let isStale = true

  const mark = () => {
    if (isStale) return
    isStale = true
    onMarked()
  }
  const drop = (name: string) => {
    const marks = dependents.get(name)
    marks?.delete(mark)
    if (marks?.size === 0) dependents.delete(name)
  }
  const add = (name: string) => {
    const marks = dependents.get(name)
    if (marks) marks.add(mark)
    else dependents.set(name, new Set([mark]))
  }

  return {
    mark,
    get() {
      if (!isStale && known) return known.value
      const read = new Set<string>()
      isStale = false
      const value = make({
        entity: (ref) => (read.add(ref), state().entities.get(ref)),
        list: (name) => (read.add(name), state().lists.get(name)),
        fact: <Fact>(name: string) => (read.add(name), facts.get(name) as Fact | undefined),
      })
      for (const name of names) if (!read.has(name)) drop(name)
      for (const name of read) if (!names.has(name)) add(name)
      names = read
      known = { value: known ? kept(known.value, value) : value }
      return known.value
    },
    release() {
      for (const name of names) drop(name)
      names = new Set()
      isStale = true
    },
  }
}

/** Values for the elements of a list: each is made again only if what it was made from has changed. */
export interface Views<Value> {
  /** In the order of the references; those without a value are left out. */
  all(refs: readonly Ref[]): Value[]
  release(): void
}

export function makeViews<Value>(
  sources: Sources,
  make: (ref: Ref, reader: Reader) => Value | undefined,
  onMarked: () => void,
): Views<Value> {
  interface View {
    readonly tracked: Tracked<Value | undefined>
    value: Value | undefined
    isStale: boolean
  }
  const byRef = new Map<Ref, View>()
  let before: readonly Ref[] = []
  let views: View[] = []

  const add = (ref: Ref): View => {
    const view: View = {
      tracked: track(
        sources,
        (reader) => make(ref, reader),
        () => {
          view.isStale = true
          onMarked()
        },
      ),
      value: undefined,
      isStale: true,
    }
    byRef.set(ref, view)
    return view
  }

  return {
    all(refs) {
      const values: Value[] = []
      const now: View[] = []
      // Most elements are where they were, or one place further: looking them up by name takes as long as all the rest.
      let shift = 0
      for (let at = 0; at < refs.length; at++) {
        const ref = refs[at]!
        let view: View | undefined
        if (before[at + shift] === ref) view = views[at + shift]
        else if (before[at + shift - 1] === ref) view = views[at + --shift]
        else if (before[at + shift + 1] === ref) view = views[at + ++shift]
        view ??= byRef.get(ref) ?? add(ref)
        if (view.isStale) {
          view.isStale = false
          view.value = view.tracked.get()
        }
        now.push(view)
        if (view.value !== undefined) values.push(view.value)
      }
      before = refs
      views = now
      if (byRef.size > refs.length) {
        const shown = new Set(refs)
        for (const [ref, view] of byRef) {
          if (shown.has(ref)) continue
          view.tracked.release()
          byRef.delete(ref)
        }
      }
      return values
    },
    release() {
      for (const view of byRef.values()) view.tracked.release()
      byRef.clear()
      before = []
      views = []
    },
  }
}

/** `next`, with each part that says the same as before as the object that it was. */
export function kept<Value>(before: Value, next: Value): Value {
  if (Object.is(before, next) || typeof before !== 'object' || typeof next !== 'object') return next
  if (before === null || next === null) return next
  if (Array.isArray(before) && Array.isArray(next)) {
    if (before.length !== next.length) return next
    // Lists are long: a loop is several times faster than a function for each element.
    for (let at = 0; at < next.length; at++) if (before[at] !== next[at]) return next
    return before
  }
  if (!isPlain(before) || !isPlain(next)) return next
  const names = Object.keys(next)
  let isSame = names.length === Object.keys(before).length
  let merged: Record<string, unknown> | undefined
  for (const name of names) {
    const part = kept(before[name], next[name])
    if (part !== next[name]) (merged ??= { ...next })[name] = part
    if (part !== before[name] || !(name in before)) isSame = false
  }
  return isSame ? before : ((merged ?? next) as Value)
}

const isPlain = (value: object): value is Record<string, unknown> => Object.getPrototypeOf(value) === Object.prototype
