import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from './connect.ts'
import { asError } from './errors.ts'
import { makeWatched, type Watched } from './state.ts'

/** What is known of a query. `data` stays while it is asked again, and also if that fails. */
export interface QueryState<Data> {
  readonly data: Data | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
}

/** One query with its variables, shared by all that show it. It is asked when the first begins to watch it. */
export interface WatchedQuery<Data> extends Watched<QueryState<Data>> {
  /** Asks now, or after the question that is under way. Resolves when that is answered; the state has the error, if one. */
  refetch(): Promise<void>
  /** Resolves when there is data or an error. Asks if nobody has yet. */
  ready(): Promise<void>
}

export interface Queries {
  /** The same document and variables give the same object while a screen watches it, and for a while afterwards. */
  find<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: NoInfer<Variables>): WatchedQuery<Data>
  /**
   * Something with one of these ids has changed. Queries that have one in their answer or variables are asked again, and so are
   * those that answer with a list, to which something new may belong: what is watched now, the others when they are next watched.
   */
  touch(ids: ReadonlySet<string>): void
  /** The same for all: events may have been missed. */
  touchAll(): void
  /** Asks those again that failed: the server can be reached again. */
  retryFailed(): void
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
/**
 * A query that was looked for so shortly ago is kept: a screen that suspends watches its queries only when it has them all. It
 * is long enough for the slowest of them.
 */
const FRESH_MS = 60_000
/** Between a change and the question that it causes. */
const GATHER_MS = 100
/** Also of those that are fresh: a page that makes up variables without end does not fill the memory. */
const MAX_FRESH = 10_000

interface Entry extends WatchedQuery<unknown> {
  /** Null: whatever it has. */
  touch(ids: ReadonlySet<string> | null): void
  isWatched(): boolean
  retryFailed(): void
  /** Ms by `performance.now`. */
  lookedForAt: number
}

export function makeQueries(app: Pick<App, 'query'>): Queries {
  /** By document, then by variables; both in the order of their last use. */
  const entries = new Map<TypedDocumentNode<unknown, unknown>, Map<string, Entry>>()

  let count = 0
  const forgetOldest = () => {
    // Looking at all of them costs time: only when there may be enough.
    if (count <= MAX_UNWATCHED) return
    const freshSince = performance.now() - FRESH_MS
    const unwatched = [...entries].flatMap(([document, byVariables]) =>
      [...byVariables].flatMap(([key, entry]) =>
        entry.isWatched() ? [] : [{ document, key, isFresh: entry.lookedForAt > freshSince }],
      ),
    )
    const old = unwatched.filter(({ isFresh }) => !isFresh)
    const tooMany = [
      ...old.slice(0, Math.max(0, old.length - MAX_UNWATCHED)),
      ...unwatched.slice(0, Math.max(0, unwatched.length - MAX_FRESH)),
    ]
    for (const { document, key } of tooMany) {
      const byVariables = entries.get(document)
      if (byVariables?.delete(key)) count--
      if (byVariables?.size === 0) entries.delete(document)
    }
  }

  const each = (act: (entry: Entry) => void) => {
    for (const byVariables of entries.values()) for (const entry of byVariables.values()) act(entry)
  }

  return {
    find<Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: NoInfer<Variables>,
    ): WatchedQuery<Data> {
      const key = JSON.stringify(variables)
      // A document is the key of its own queries: what they answer has its type.
      const untyped = document as TypedDocumentNode<unknown, unknown>
      const byVariables = entries.get(untyped) ?? new Map<string, Entry>()
      entries.delete(untyped)
      entries.set(untyped, byVariables)
      const known = byVariables.get(key)
      const entry = known ?? makeEntry(() => app.query(document, variables), variables)
      entry.lookedForAt = performance.now()
      byVariables.delete(key)
      byVariables.set(key, entry)
      if (known) return known as WatchedQuery<Data>
      count++
      forgetOldest()
      return entry as WatchedQuery<Data>
    },
    touch: (ids) => each((entry) => entry.touch(ids)),
    touchAll: () => each((entry) => entry.touch(null)),
    retryFailed: () => each((entry) => entry.retryFailed()),
  }
}

function makeEntry(ask: () => Promise<unknown>, variables: unknown): Entry {
  const state = makeWatched<QueryState<unknown>>({ data: undefined, error: undefined, isLoading: false })
  let watchers = 0
  /** To be asked when it is next watched. */
  let isStale = true
  /** Something has changed since it was asked: to be asked as soon as it may be, if it is watched. */
  let isTouched = false
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const run = async () => {
    isStale = isTouched = false
    state.set({ ...state.get(), isLoading: true })
    try {
      const data = await ask()
      state.set({ data, error: undefined, isLoading: false })
    } catch (error) {
      isStale = true
      state.set({ ...state.get(), error: asError(error), isLoading: false })
    }
  }

  const start = () => {
    clearTimeout(timer)
    timer = undefined
    running = run().finally(() => {
      running = undefined
      askSoon()
    })
    return running
  }

  /** Changes come in bursts: one question serves those of a moment, however many they are. */
  const askSoon = () => {
    if (!isTouched || watchers === 0 || running || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      if (isTouched && watchers > 0 && !running) void start()
    }, GATHER_MS)
  }

  const touch = () => {
    isStale = isTouched = true
    askSoon()
  }

  return {
    lookedForAt: 0,
    get: state.get,
    async refetch() {
      await running
      await (running ?? start())
    },
    async ready() {
      const { data, error } = state.get()
      if (data === undefined && error === undefined) await (running ?? start())
    },
    watch(listener) {
      watchers++
      const stop = state.watch(listener)
      if (isStale && !running) void start()
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
      // What is under way may have been read before the change.
      const concerns =
        !ids || running || data === undefined || hasList(data) || hasText(variables, ids) || hasId(data, ids)
      if (concerns) touch()
    },
    retryFailed() {
      if (state.get().error) touch()
    },
  }
}

/** True if a root field answers with a connection. */
const hasList = (data: unknown): boolean =>
  Object.values(data as object).some((field) => typeof field === 'object' && field !== null && 'edges' in field)

function hasText(value: unknown, texts: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return texts.has(value)
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => hasText(part, texts))
}

/** True if an object within has one of the ids. */
function hasId(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id } = value as { readonly id?: unknown }
  return (typeof id === 'string' && ids.has(id)) || Object.values(value).some((part) => hasId(part, ids))
}
