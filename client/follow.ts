import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from './connect.ts'
import { GraphError } from './errors.ts'
import type { ClientStorage } from './storage/storage.ts'
import { isOutage, waitMs } from './stream.ts'

export interface FollowOptions<Data> {
  readonly app: Pick<App, 'subscribe'>
  /** Keeps the cursor across reloads. */
  readonly storage: ClientStorage
  /** Whose stream this is; with it, several users of one device have a cursor each. */
  readonly userId: string
  /** Names the stream, if an app follows several documents. Default: `inbox`. */
  readonly name?: string
  /**
   * Called with each event, in order. The cursor passes an event when this has resolved, so that an event whose handling
   * a reload interrupted comes once more. While it rejects because the server is away, it is called again with the event.
   */
  handle(event: Data): void | Promise<void>
  /**
   * Fetches what the app shows anew: called at the first start, and whenever the server has no longer kept the events
   * since the cursor. The stream is open by then, so that nothing is missed between the two. While it rejects because the
   * server is away, it is called again.
   */
  refetch(): void | Promise<void>
  /** Called for an event of which a non-null field is refused to this client for good. */
  readonly onSkipped?: (error: GraphError) => void
}

/** A subscription whose only variable is the cursor, such as `InboxDocument`. */
type Followed<Data> = TypedDocumentNode<Data, { after?: string | null }>

export interface Following extends AsyncDisposable {
  /** Resolves when it was stopped; rejects as `subscribe` does, or with what `handle` or `refetch` threw. */
  readonly ended: Promise<void>
}

/** Where the storage has the cursor: one for each user of the device and each stream. */
const keyOf = (userId: string, name: string) => `cursor ${userId} ${name}`

/** Follows an inbox for good: from the last event that was handled, across breaks, reloads, and days away. */
export function follow<Data extends object>(document: Followed<Data>, options: FollowOptions<Data>): Following {
  const { app, storage, userId, name = 'inbox', handle, refetch, onSkipped } = options
  const key = keyOf(userId, name)
  let stream: AsyncIterableIterator<Data, undefined> | undefined
  let stopped = false
  let stopWaiting: (() => void) | undefined
  /** The stream has given one since it began without. */
  let hasCursor = false

  /** Repeats what an outage made fail, with the pauses of a stream. False if it was stopped before it was done. */
  const untilDone = async (act: () => void | Promise<void>): Promise<boolean> => {
    for (let attempt = 0; !stopped; attempt++) {
      try {
        await act()
        return true
      } catch (error) {
        if (!isOutage(error)) throw error
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs(attempt))
          stopWaiting = () => (clearTimeout(timer), resolve())
        })
      }
    }
    return false
  }

  /** Resolves when the stream has ended. */
  const run = async (after: string | null): Promise<void> => {
    stream = app.subscribe(document, { after }, { ...(onSkipped && { onSkipped }) })
    let isFirst = after === null
    for await (const event of stream) {
      if (isFirst && !(await untilDone(refetch))) return
      isFirst = false
      if (!(await untilDone(() => handle(event)))) return
      const cursor = cursorOf(event)
      if (cursor === undefined) continue
      await storage.set(key, cursor)
      hasCursor = true
    }
  }

  const runOn = async () => {
    let after = ((await storage.get(key)) as string | undefined) ?? null
    while (!stopped) {
      try {
        return await run(after)
      } catch (error) {
        const isLost = error instanceof GraphError && LOST.has(error.code ?? '')
        // Without a cursor there is none to lose.
        if (stopped || !isLost || (after === null && !hasCursor)) throw error
        await storage.delete(key)
        hasCursor = false
        after = null
      }
    }
  }

  const ended = runOn().finally(() => stream?.return?.())
  // Its user may look at it later.
  ended.catch(() => undefined)
  return {
    ended,
    async [Symbol.asyncDispose]() {
      stopped = true
      stopWaiting?.()
      await stream?.return?.()
      await ended.catch(() => undefined)
    },
  }
}

/** The kept cursor is of no use any more: too old, or from before the server's data was made anew. */
const LOST = new Set(['CURSOR_TOO_OLD', 'CURSOR_MALFORMED'])

function cursorOf(event: object): string | undefined {
  for (const field of Object.values(event) as unknown[]) {
    const cursor = (field as { readonly cursor?: unknown } | null)?.cursor
    if (typeof cursor === 'string') return cursor
  }
  return undefined
}
