/**
 * React hooks for typed documents. A screen that they built is asked again when an event of the inbox changes something on
 * it. They render on a server without asking anything, and leave nothing behind when a screen goes.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { App, ConnectionState, SubscribeOptions } from '../connect.ts'
import { asError } from '../errors.ts'
import { idsIn, makeQueries, type Queries, type QueryState } from '../queries.ts'

interface Provided {
  readonly app: App
  readonly queries: Queries
}

const Context = createContext<Provided | null>(null)

export interface ParleyProviderProps {
  /** The connected app. Another one, such as after another user signed in, begins with no answers. */
  readonly app: App
  /** The answers of these screens, for an app that also touches them itself. Default: answers of the provider's own. */
  readonly queries?: Queries
  readonly children?: ReactNode
}

/** Gives the app to the hooks below it. It does not dispose of it. */
export function ParleyProvider({ app, queries, children }: ParleyProviderProps) {
  const provided = useMemo(() => ({ app, queries: queries ?? makeQueries(app) }), [app, queries])
  return createElement(Context.Provider, { value: provided }, children)
}

function useProvided(): Provided {
  const provided = useContext(Context)
  if (!provided) throw new Error('This hook needs a ParleyProvider above its component.')
  return provided
}

export const useApp = (): App => useProvided().app

/** What the connection of the streams is doing: for a line that says "offline". */
export function useConnection(): ConnectionState {
  const { connection } = useApp()
  return useSyncExternalStore(connection.watch, connection.get, connection.get)
}

/** The queries of this provider: `find(document, variables).refetch()` lets an error boundary try again. */
export const useQueries = (): Queries => useProvided().queries

export interface QueryOptions {
  /** True: nothing is asked yet, such as while its variables are not known. */
  readonly skip?: boolean
}

export interface QueryResult<Data> extends QueryState<Data> {
  refetch(): Promise<void>
}

/** The same object for variables that say the same, however often a component makes them anew. */
function useQueryObject<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: NoInfer<Variables>) {
  const { queries } = useProvided()
  const key = JSON.stringify(variables)
  return useMemo(() => queries.find(document, JSON.parse(key) as Variables), [queries, document, key])
}

const watchNothing = () => () => undefined

/** Asks when the component is shown, not while it renders. Components with the same document and variables share one answer. */
export function useQuery<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
  { skip = false }: QueryOptions = {},
): QueryResult<Data> {
  const query = useQueryObject(document, variables)
  const state = useSyncExternalStore(skip ? watchNothing : query.watch, query.get, query.get)
  return useMemo(() => {
    const isAsked = state.data !== undefined || state.error !== undefined || skip
    return { ...state, isLoading: state.isLoading || !isAsked, refetch: query.refetch }
  }, [state, query, skip])
}

/** For a component inside `Suspense`: has its data whenever it renders. What fails is thrown to the error boundary. */
export function useSuspenseQuery<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
): { readonly data: Data; refetch(): Promise<void> } {
  const query = useQueryObject(document, variables)
  const { data, error } = useSyncExternalStore(query.watch, query.get, query.get)
  if (data === undefined) {
    if (error) throw error
    // React waits for a promise that is thrown.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw query.ready()
  }
  return { data, refetch: query.refetch }
}

export interface MutationState<Data> {
  /** Of the last call that was answered. */
  readonly data: Data | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
}

/**
 * The function rejects as `app.mutate` does; what it is called with last is what the state shows. What the answer or the
 * variables name is asked again by the queries that show it: the viewer's own acts send no event to this device.
 */
export function useMutation<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
): [mutate: (variables: Variables) => Promise<Data>, state: MutationState<Data>] {
  const { app, queries } = useProvided()
  const [state, setState] = useState<MutationState<Data>>({ data: undefined, error: undefined, isLoading: false })
  const calls = useRef(0)
  const mutate = useCallback(
    async (variables: Variables) => {
      const call = ++calls.current
      const show = (next: MutationState<Data>) => {
        if (call === calls.current) setState(next)
      }
      show({ data: undefined, error: undefined, isLoading: true })
      try {
        const data = await app.mutate(document, variables)
        show({ data, error: undefined, isLoading: false })
        queries.touch(idsIn([data, variables]))
        return data
      } catch (error) {
        show({ data: undefined, error: asError(error), isLoading: false })
        throw error
      }
    },
    [app, queries, document],
  )
  return [mutate, state]
}

export interface SubscriptionOptions<Data> extends SubscribeOptions<Data> {
  readonly skip?: boolean
  /** Called with each event, in order: a component that renders may show only the last of several. */
  readonly onData?: (data: Data) => void
}

export interface SubscriptionState<Data> {
  /** The last event. */
  readonly data: Data | undefined
  /** Why it ended for good. */
  readonly error: Error | undefined
}

/** Subscribes while the component is shown. It resumes by itself; variables that say something else begin anew. */
export function useSubscription<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
  options: SubscriptionOptions<Data> = {},
): SubscriptionState<Data> {
  const { app } = useProvided()
  const { skip = false } = options
  const key = JSON.stringify(variables)
  const [state, setState] = useState<SubscriptionState<Data>>({ data: undefined, error: undefined })
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })

  useEffect(() => {
    if (skip) return
    let isOver = false
    const { resume } = latest.current
    const stream = app.subscribe(document, JSON.parse(key) as Variables, {
      ...(resume && { resume }),
      onSkipped: (error) => latest.current.onSkipped?.(error),
    })
    const read = async () => {
      for await (const data of stream) {
        if (isOver) return
        latest.current.onData?.(data)
        setState({ data, error: undefined })
      }
    }
    setState({ data: undefined, error: undefined })
    read().catch((error: unknown) => {
      if (!isOver) setState((before) => ({ ...before, error: asError(error) }))
    })
    return () => {
      isOver = true
      void stream.return?.()
    }
  }, [app, document, key, skip])
  return state
}
