import { useEffect, useRef, useState } from 'react'
import { asError } from '../errors.ts'
import { follow } from '../follow.ts'
import { InboxDocument, type InboxSubscription } from '../generated/operations.ts'
import { idsIn } from '../queries.ts'
import { memoryStorage } from '../storage/storage.ts'
import { useApp, useQueries } from './index.ts'

export type InboxEvent = InboxSubscription['inbox']

/**
 * Follows the inbox while the component is shown: once in an app, near its root. What an event names is asked again by the
 * queries that show it. `onEvent` gets each event, in order. The error says why it ended for good, such as a session that has ended.
 */
export function useInbox(onEvent?: (event: InboxEvent) => void): { readonly error: Error | undefined } {
  const app = useApp()
  const queries = useQueries()
  const [error, setError] = useState<Error>()
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })

  useEffect(() => {
    let isOver = false
    const following = follow(InboxDocument, {
      app,
      // After a reload each screen asks for what it shows, so earlier events are not needed.
      storage: memoryStorage(),
      userId: '',
      refetch: queries.touchAll,
      handle({ inbox }) {
        queries.touch(idsIn(inbox))
        latest.current?.(inbox)
      },
    })
    const stopWatching = app.connection.watch(() => {
      if (app.connection.get().phase === 'open') queries.retryFailed()
    })
    setError(undefined)
    following.ended.catch((cause: unknown) => {
      if (!isOver) setError(asError(cause))
    })
    return () => {
      isOver = true
      stopWatching()
      void following[Symbol.asyncDispose]()
    }
  }, [app, queries])
  return { error }
}
