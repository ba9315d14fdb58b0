/** The parts of a state that screens show: each tells its listeners when it says something else, and only then. */
import type { Ref, State } from '../cache/index.ts'
import { makeWatched, type Watched } from '../state.ts'
import { makeViews, type Reader, track, type Views } from './track.ts'

/** A value that stays the same object until it says something else. */
export type Slice<Value> = Watched<Value>

export interface SliceOptions<Value> {
  /** `viewsOf` makes views of the elements of a list, which the slice owns. */
  make(viewsOf: ViewsOf): (reader: Reader) => Value
  /** Called when the first listener has come, and when the last one has gone. */
  onWatched?(): void
  onUnwatched?(): void
}
export type ViewsOf = <View>(make: (ref: Ref, reader: Reader) => View | undefined) => Pick<Views<View>, 'all'>

export interface Slices {
  /** The same name gives the same slice while it is watched, and for a while afterwards. */
  find<Value, Acts extends object = object>(
    name: string,
    create: () => SliceOptions<Value> & { readonly acts?: Acts },
  ): Slice<Value> & Acts
  isWatched(name: string): boolean
  fact<Value>(name: string): Value | undefined
  /** Undefined: there is none any more. */
  setFact(name: string, value: unknown): void
  /** Entities and lists of these names have changed. */
  touch(names: Iterable<string>): void
  /** All may have. */
  touchAll(): void
  /** Called when the first slice is watched, and when none is any more. */
  onUse(listener: (isUsed: boolean) => void): void
}

/** Slices that nobody watches: a component finds its slice again that it looked for before it was shown. */
const MAX_UNWATCHED = 200

interface Entry extends Slice<unknown> {
  isWatched(): boolean
  /** It is found no more, and lives while somebody watches it. */
  evict(): void
}

/** `state` gives the state that the slices show. */
export function makeSlices(state: () => State): Slices {
  const facts = new Map<string, unknown>()
  const dependents = new Map<string, Set<() => void>>()
  const sources = { state, facts, dependents }
  /** In the order of their last use. */
  const entries = new Map<string, Entry>()
  let watchedCount = 0
  /** How many slices of a name are watched: one that was forgotten may live beside another one. */
  const watchedNames = new Map<string, number>()
  let tellUse: (isUsed: boolean) => void = () => undefined
  /** Those that may have something to tell. */
  const marked = new Set<() => void>()

  const tellMarked = () => {
    // A listener may write, and mark others.
    for (const tell of marked) {
      marked.delete(tell)
      tell()
    }
  }
  const touch = (names: Iterable<string>) => {
    for (const name of names) for (const mark of [...(dependents.get(name) ?? [])]) mark()
    tellMarked()
  }

  const forgetOldest = () => {
    let tooMany = entries.size - watchedCount - MAX_UNWATCHED
    if (tooMany <= 0) return
    for (const [name, entry] of entries) {
      if (entry.isWatched()) continue
      entries.delete(name)
      entry.evict()
      if (--tooMany <= 0) return
    }
  }

  const countWatched = (name: string, more: 1 | -1): number => {
    const count = (watchedNames.get(name) ?? 0) + more
    if (count > 0) watchedNames.set(name, count)
    else watchedNames.delete(name)
    return count
  }

  function makeEntry(name: string, { make, onWatched, onUnwatched }: SliceOptions<unknown>): Entry {
    const listeners = makeWatched(null)
    const views: Views<unknown>[] = []
    let watchers = 0
    let isEvicted = false
    let told: unknown
    const release = () => {
      tracked.release()
      for (const each of views) each.release()
    }
    const viewsOf: ViewsOf = (makeView) => {
      // A list is to be made again with one of its elements.
      const made = makeViews(sources, makeView, () => tracked.mark())
      views.push(made)
      return made
    }
    const tell = () => {
      const value = tracked.get()
      if (value === told) return
      told = value
      listeners.set(null)
    }
    const tracked = track(sources, make(viewsOf), () => {
      if (watchers > 0) marked.add(tell)
      else if (isEvicted) release()
    })
    return {
      get: tracked.get,
      isWatched: () => watchers > 0,
      watch(listener) {
        const stop = listeners.watch(listener)
        if (watchers++ === 0) {
          told = tracked.get()
          if (!isEvicted) watchedCount++
          const isFirst = countWatched(name, 1) === 1
          if (isFirst && watchedNames.size === 1) tellUse(true)
          if (isFirst) onWatched?.()
        }
        let isOver = false
        return () => {
          if (isOver) return
          isOver = true
          stop()
          if (--watchers > 0) return
          marked.delete(tell)
          if (isEvicted) release()
          else watchedCount--
          if (countWatched(name, -1) === 0) onUnwatched?.()
          if (watchedNames.size === 0) tellUse(false)
        }
      },
      evict() {
        isEvicted = true
        release()
      },
    }
  }
  return {
    find(name, create) {
      const known = entries.get(name)
      let entry = known
      if (!entry) {
        const options = create()
        entry = Object.assign(makeEntry(name, options), options.acts)
      }
      entries.delete(name)
      entries.set(name, entry)
      if (!known) forgetOldest()
      // A name is that of slices of one kind.
      return entry as never
    },
    isWatched: (name) => watchedNames.has(name),
    fact: <Value>(name: string) => facts.get(name) as Value | undefined,
    setFact(name, value) {
      if (facts.get(name) === value) return
      if (value === undefined) facts.delete(name)
      else facts.set(name, value)
      touch([name])
    },
    touch,
    touchAll() {
      for (const marks of [...dependents.values()]) for (const mark of [...marks]) mark()
      tellMarked()
    },
    onUse: (listener) => void (tellUse = listener),
  }
}
