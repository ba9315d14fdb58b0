/** What all parts of the store write to and load by. */
import {
  type Change,
  changesOf,
  emptyState,
  type Fields,
  type InboxEventFields,
  type Missing,
  type OpenState,
  type Ref,
  refOf,
  writeChanges,
} from '../cache/index.ts'
import type { App } from '../connect.ts'
import { asError, type GraphError } from '../errors.ts'
import { isOutage, waitMs } from '../stream.ts'
import { makeSlices, type Slices } from './slices.ts'

/** Whether what a screen shows is there, being loaded, or could not be loaded. */
export interface Loading {
  readonly isLoading: boolean
  readonly error: Error | undefined
}

export interface Core {
  readonly app: Pick<App, 'query' | 'mutate' | 'subscribe' | 'connection'>
  readonly viewerId: string
  readonly slices: Slices
  /** The state that is written to. */
  state(): OpenState
  write(changes: readonly Change[]): void
  /**
   * Asks, and writes the answer. A load of the same name that runs already is joined. It rejects never: `loading` has its
   * error, and what could not be reached is asked again by itself.
   */
  load<Data>(name: string, load: Load<Data>): Promise<void>
  /** As `load`; a load of the same name that runs already is made again after it. */
  reload<Data>(name: string, load: Load<Data>): Promise<void>
  /** The name of a fact that is a `Loading`. */
  loadingOf(name: string): string
  /** Runs it soon: few run at once. What waits already under the name is enough. */
  inBackground(name: string, run: () => Promise<void>): void
  isRunning(name: string): boolean
  /** It could not be reached, and is to be repeated. */
  isFailed(name: string): boolean
  take(event: InboxEventFields): void
  /** All that is known may be wrong: what is watched is loaded anew, and shown when all of it is there. */
  resync(): Promise<void>
  /** What a resync loads. */
  readonly wanted: Map<string, () => Promise<void>>
  /** Loads wait until this is called: before, events could be missed. */
  open(): void
  /** Ends what waits to be repeated. */
  pause(): void
  /** What is still on its way is neither written nor repeated. */
  close(): void
  retryFailed(): void
}

export interface Load<Data> {
  ask(): Promise<Data>
  /** Called with the state of then. */
  write(data: Data): readonly Change[]
  /** True: it is not asked again by itself, since nobody may want it any more when the server is back. Its error goes then. */
  readonly isOnce?: boolean
}

/**
 * Events that came while a load was under way, whose answer may not know of them: they are written again after it. Beyond
 * this many the load is made again.
 */
const MAX_MEANWHILE = 10_000

/** After a day away, events may name hundreds of conversations to load. */
const MAX_BACKGROUND = 4

const CONVERSATION = refOf('Conversation', '')

interface Running {
  again: boolean
  readonly done: Promise<void>
}

export interface CoreOptions {
  readonly app: Core['app']
  readonly userId: string
  /** What an event could not tell. */
  onMissing(missing: Missing): void
  /** Called with each event, before and after it is written. */
  beforeEvent(event: InboxEventFields): void
  afterEvent(event: InboxEventFields): void
  /** A conversation that was known has changed; undefined: it is not known any more. */
  onConversation(id: string, before: Fields, after: Fields | undefined): void
}

export function makeCore({ app, userId, onMissing, beforeEvent, afterEvent, onConversation }: CoreOptions): Core {
  let shown = emptyState()
  /** Another one than the shown one while all is loaded anew. */
  let written = shown
  const slices = makeSlices(() => shown)
  const running = new Map<string, Running>()
  const failed = new Map<string, () => Promise<void>>()
  const wanted = new Map<string, () => Promise<void>>()
  let meanwhile: InboxEventFields[] = []
  let opened: () => void
  const isOpen = new Promise<void>((resolve) => (opened = resolve))
  const background = new Map<string, () => Promise<void>>()
  let inBackground = 0
  let failures = 0
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const write = (changes: readonly Change[]) => {
    const names = changes.flatMap((change) =>
      'missing' in change
        ? []
        : 'list' in change
          ? [change.list]
          : 'merge' in change
            ? [change.merge]
            : [change.forget],
    )
    const valueOf = (name: string) => written.lists.get(name) ?? written.entities.get(name as Ref)
    const before = new Map(names.map((name) => [name, valueOf(name)]))
    for (const missing of writeChanges(written, changes)) onMissing(missing)
    const changed = [...before].filter(([name, value]) => valueOf(name) !== value)
    for (const [name, value] of changed) {
      if (value && name.startsWith(CONVERSATION))
        onConversation(name.slice(CONVERSATION.length), value as Fields, valueOf(name) as Fields | undefined)
    }
    if (written === shown) slices.touch(changed.map(([name]) => name))
  }

  const pause = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const retryFailed = () => {
    pause()
    const all = [...failed.values()]
    failed.clear()
    for (const retry of all) void retry()
  }

  async function loadOnce<Data>(name: string, load: Load<Data>): Promise<void> {
    const loading = loadingOf(name)
    await isOpen
    failed.delete(name)
    slices.setFact(loading, { isLoading: true, error: undefined } satisfies Loading)
    const began = meanwhile.length
    try {
      const data = await answerOf(load.ask())
      if (isOver) return
      const missed = meanwhile.slice(began)
      write(load.write(data))
      for (const event of missed) {
        // Who types is told only while it happens.
        if (event.__typename !== 'TypingChanged') write(changesOf(event, { viewerId: userId, state: written }))
      }
      failures = 0
      slices.setFact(loading, undefined)
    } catch (thrown) {
      if (isOver) return
      const error = asError(thrown)
      slices.setFact(loading, { isLoading: false, error } satisfies Loading)
      if (!isOutage(error)) return
      failed.set(name, async () => (load.isOnce ? slices.setFact(loading, undefined) : reload(name, load)))
      timer ??= setTimeout(retryFailed, waitMs(failures++))
    }
  }

  const runBackground = () => {
    for (const [name, run] of background) {
      if (inBackground === MAX_BACKGROUND) return
      background.delete(name)
      inBackground++
      void run().finally(() => {
        inBackground--
        runBackground()
      })
    }
  }

  function start<Data>(name: string, load: Load<Data>): Promise<void> {
    const run = async () => {
      do {
        own.again = false
        await loadOnce(name, load)
      } while (own.again)
      running.delete(name)
      if (running.size === 0) meanwhile = []
    }
    const own: { again: boolean } = { again: false }
    const done = run()
    running.set(name, Object.assign(own, { done }))
    return done
  }

  function reload<Data>(name: string, load: Load<Data>): Promise<void> {
    const known = running.get(name)
    if (!known) return start(name, load)
    known.again = true
    return known.done
  }

  return {
    app,
    viewerId: userId,
    slices,
    wanted,
    state: () => written,
    write,
    loadingOf,
    load: (name, load) => running.get(name)?.done ?? start(name, load),
    reload,
    inBackground(name, run) {
      background.set(name, run)
      runBackground()
    },
    isRunning: (name) => running.has(name),
    isFailed: (name) => failed.has(name),
    take(event) {
      if (running.size > 0) {
        if (meanwhile.length === MAX_MEANWHILE) for (const one of running.values()) one.again = true
        else meanwhile.push(event)
      }
      beforeEvent(event)
      write(changesOf(event, { viewerId: userId, state: written }))
      afterEvent(event)
    },
    async resync() {
      const fresh = emptyState()
      written = fresh
      meanwhile = []
      for (const one of running.values()) one.again = true
      await Promise.all([...wanted.values()].map((load) => load()))
      // Another one may have begun meanwhile.
      if (written !== fresh) return
      shown = fresh
      slices.touchAll()
    },
    open: () => opened(),
    pause,
    close() {
      isOver = true
      pause()
      failed.clear()
    },
    retryFailed,
  }
}

const loadingOf = (name: string) => `loading ${name}`

/**
 * The data that a query answers, also where a part of it is null with an error, such as names during an outage. A root field
 * that is null with an error says nothing of what it stands for.
 */
async function answerOf<Data>(answer: Promise<Data>): Promise<Data> {
  try {
    return await answer
  } catch (error) {
    const { data, errors = [] } = error as Partial<GraphError>
    const isWhole = typeof data === 'object' && data !== null && errors.every(({ path }) => (path?.length ?? 0) > 1)
    if (isWhole) return data as Data
    throw error
  }
}
