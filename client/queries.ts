import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from './connect.ts'
import { makeWatched, type Watched } from './state.ts'

/** What is known of a query. `data` stays while it is asked again, and also if that fails. */
export interface QueryState<Data> {
  readonly data: Data | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
}

/** One query with its variables, shared by all that show it. It is asked when the first begins to watch it. */
export interface WatchedQuery<Data> extends Watched<QueryState<Data>> {
  /** Asks now. While it is asked already, the answer that comes after this call counts. */
  refetch(): Promise<void>
  /** Resolves when there is data or an error. Asks if nobody has yet. */
  ready(): Promise<void>
}

export interface Queries {
  /** The same document and variables give the same object, as long as it is watched or was of late. */
  find<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): WatchedQuery<Data>
  /** Asks again what is watched and has an object with one of these ids; other queries are asked when they are next watched. */
  touch(ids: ReadonlySet<string>): void
  /** The same for all: events may have been missed. */
  touchAll(): void
}

/** The ids of everything that an event names, whatever a document selects of it. */
export function idsIn(event: unknown): Set<string> {
  const ids = new Set<string>()
  const look = (value: unknown, name: string) => {
    if (typeof value === 'string') {
      if (/(^id|Ids?)$/.test(name)) ids.add(value)
    } else if (Array.isArray(value)) {
      for (const part of value) look(part, name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) look(part, key)
    }
  }
  look(event, '')
  return ids
}

/** Queries that nobody watches any more: going back to a screen shows them at once. Beyond it the oldest are forgotten. */
const MAX_UNWATCHED = 100

interface Entry extends WatchedQuery<unknown> {
  /** Null: whatever it has. */
  touch(ids: ReadonlySet<string> | null): void
  isWatched(): boolean
}

export function makeQueries(app: Pick<App, 'query'>): Queries {
  /** By document, then by variables; both in the order of their last use. */
  const entries = new Map<TypedDocumentNode<unknown, unknown>, Map<string, Entry>>()

  const forgetOldest = () => {
    const unwatched = [...entries].flatMap(([document, byVariables]) =>
      [...byVariables].filter(([, entry]) => !entry.isWatched()).map(([key]) => [document, key] as const),
    )
    for (const [document, key] of unwatched.slice(0, Math.max(0, unwatched.length - MAX_UNWATCHED))) {
      const byVariables = entries.get(document)
      byVariables?.delete(key)
      if (byVariables?.size === 0) entries.delete(document)
    }
  }

  const touch = (ids: ReadonlySet<string> | null) => {
    for (const byVariables of entries.values()) for (const entry of byVariables.values()) entry.touch(ids)
  }

  return {
    find<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): WatchedQuery<Data> {
      const key = JSON.stringify(variables)
      // A document is the key of its own queries: what they answer has its type.
      const untyped = document as TypedDocumentNode<unknown, unknown>
      const byVariables = entries.get(untyped) ?? new Map<string, Entry>()
      entries.delete(untyped)
      entries.set(untyped, byVariables)
      const entry = byVariables.get(key) ?? makeEntry(() => app.query(document, variables))
      byVariables.delete(key)
      byVariables.set(key, entry)
      forgetOldest()
      return entry as WatchedQuery<Data>
    },
    touch,
    touchAll: () => touch(null),
  }
}

function makeEntry(ask: () => Promise<unknown>): Entry {
  const state = makeWatched<QueryState<unknown>>({ data: undefined, error: undefined, isLoading: false })
  let watchers = 0
  let isStale = true
  let running: Promise<void> | undefined
  let again = false

  const run = async () => {
    state.set({ ...state.get(), isLoading: true })
    do {
      again = false
      isStale = false
      try {
        const data = await ask()
        if (!again) state.set({ data, error: undefined, isLoading: false })
      } catch (error) {
        isStale = true
        if (!again) state.set({ ...state.get(), error: toError(error), isLoading: false })
      }
    } while (again)
  }

  const refetch = (): Promise<void> => {
    if (running) {
      again = true
      return running
    }
    running = run().finally(() => (running = undefined))
    return running
  }

  return {
    get: state.get,
    refetch,
    async ready() {
      const { data, error } = state.get()
      if (data === undefined && error === undefined) await (running ?? refetch())
    },
    watch(listener) {
      watchers++
      const stop = state.watch(listener)
      if (isStale && !running) void refetch()
      let left = false
      return () => {
        if (left) return
        left = true
        watchers--
        stop()
      }
    },
    isWatched: () => watchers > 0,
    touch(ids) {
      const { data } = state.get()
      if (data === undefined || (ids && !hasId(data, ids))) return
      isStale = true
      if (watchers > 0) void refetch()
    },
  }
}

/** True if an object within has one of the ids. */
function hasId(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id } = value as { readonly id?: unknown }
  return (typeof id === 'string' && ids.has(id)) || Object.values(value).some((part) => hasId(part, ids))
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
