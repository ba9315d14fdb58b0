/**
 * Makes the subscriptions of a client resume: `subscribe` is that of graphql-ws or of graphql-sse, and what comes back is
 * called in the same way. Each event moves the variable `after` to its cursor, with which the stream is asked for again
 * after a break: so every event comes, and comes once.
 */

/** Ends of a stream after which the same request, from the last cursor, is the thing to do. All others are final. */
const RESUMABLE = new Set([
  'CONNECTION_CLOSED',
  'DOWNSTREAM_SERVICE_ERROR',
  'INTERNAL_SERVER_ERROR',
  'RATE_LIMITED',
  'RESUME',
  'SHUTTING_DOWN',
  'SLOW_CONSUMER',
  'TOO_MANY_OPERATIONS',
  'TOO_MANY_STREAMS',
  'UNAVAILABLE',
])

export function resuming(subscribe) {
  return (payload, sink) => {
    // graphql-ws sends this very object again when it connects again: by then `after` has moved on.
    const variables = { ...payload.variables }
    let attempt = 0
    let over = false
    let leave = () => {}
    let timer

    const again = () => {
      // Double from half a second to half a minute, and no two clients alike.
      const waitMs = Math.min(30_000, 500 * 2 ** attempt++) * (0.5 + Math.random() / 2)
      timer = setTimeout(start, waitMs)
    }

    function start() {
      let left = false
      const stop = subscribe(
        { ...payload, variables },
        {
          next(result) {
            if (left || over) return
            // Nothing of this event is for this user, for good: the place behind it is given instead.
            const past = result.extensions?.cursor
            if (past !== undefined) variables.after = past
            if (result.data == null && past !== undefined) {
              attempt = 0
              return
            }
            if (result.data == null) {
              // This event could not be completed. The next one's cursor would pass it: leave, and ask again from before it.
              left = true
              stop()
              if (isResumable(result.errors)) return again()
              over = true
              return sink.error(result.errors)
            }
            attempt = 0
            const cursor = Object.values(result.data)[0]?.cursor
            if (cursor) variables.after = cursor
            sink.next(result)
          },
          error(error) {
            if (left || over) return
            left = true
            if (isResumable(error)) return again()
            over = true
            sink.error(error)
          },
          complete() {
            if (left || over) return
            over = true
            sink.complete()
          },
        },
      )
      leave = () => {
        left = true
        stop()
      }
    }
    start()

    return () => {
      over = true
      clearTimeout(timer)
      leave()
    }
  }
}

/** A list is what the server said; a closed socket has a code, 44xx where it was refused; the rest is a broken network. */
function isResumable(error) {
  if (Array.isArray(error)) return error.every(({ extensions }) => RESUMABLE.has(extensions?.code))
  const code = error?.code ?? 0
  return !(code >= 4400 && code < 4500)
}
