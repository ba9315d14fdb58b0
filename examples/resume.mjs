/**
 * Makes a client's subscriptions resume. `subscribe` is that of graphql-ws or graphql-sse, and the result is called in
 * the same way. Each event sets the variable `after` to its cursor, and after a break the stream is requested again
 * with it. So every event comes exactly once.
 */

/** Error codes after which the stream resumes from the last cursor. All others are final. */
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
    // After a reconnect graphql-ws sends this same object again, whose `after` has been updated by then.
    const variables = { ...payload.variables }
    let attempt = 0
    let over = false
    let leave = () => {}
    let timer

    const again = () => {
      // Doubles from half a second to half a minute, minus a random part, so that clients do not reconnect together.
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
            // None of this event is for this user, and never will be: the server sends the cursor to continue from.
            const past = result.extensions?.cursor
            if (past !== undefined) variables.after = past
            if (result.data == null && past !== undefined) {
              attempt = 0
              return
            }
            if (result.data == null) {
              // This event could not be completed, and the next one's cursor would pass it: stop, and resume from
              // before it.
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

/**
 * A list has the server's errors; a closed socket has a code, 44xx if the server refused it; anything else is a broken
 * network.
 */
function isResumable(error) {
  if (Array.isArray(error)) return error.every(({ extensions }) => RESUMABLE.has(extensions?.code))
  const code = error?.code ?? 0
  return !(code >= 4400 && code < 4500)
}
