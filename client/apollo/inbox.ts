import { type ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client'
import { OperationTypeNode } from 'graphql'
import { makeFlights } from '../cache/flights.ts'
import { forgetGroup } from '../cache/groups.ts'
import { placeConversation } from '../cache/entities.ts'
import type { InboxEventFields } from '../cache/scene.ts'
import type { Missing } from '../cache/state.ts'
import { asReceived, sentIn } from '../cache/sent.ts'
import { openThrough } from '../cache/through.ts'
import type { App } from '../connect.ts'
import { asError } from '../errors.ts'
import { follow, type Following } from '../follow.ts'
import { ConversationDocument, InboxDocument, MessageDocument } from '../generated/operations.ts'
import { type ClientStorage, memoryStorage } from '../storage/storage.ts'
import { apolloCache } from './normalized.ts'

export interface FollowInboxOptions {
  /** With an `InMemoryCache` that was made with our `typePolicies`. */
  readonly client: ApolloClient
  readonly app: Pick<App, 'subscribe'>
  readonly userId: string
  /** Keeps the cursor across reloads; only with a cache that is kept across reloads, too. Default: memory. */
  readonly storage?: ClientStorage
  /** Called with each event, in order, when the cache has it. */
  readonly onEvent?: (event: InboxEventFields) => void
  /** Called if something that an event names could not be loaded: its screen is right again after the next question. */
  readonly onLoadFailed?: (error: Error) => void
}

/**
 * Follows the inbox and writes each event into the client's cache. When it begins, and when the server no longer has the
 * events since the cursor, the active queries are asked again. Disposing of it leaves the client as it was.
 */
export function followInbox({
  client,
  app,
  userId,
  storage = memoryStorage(),
  onEvent,
  onLoadFailed,
}: FollowInboxOptions): Following {
  const { cache } = client
  if (!(cache instanceof InMemoryCache)) throw new Error('followInbox needs a client with an InMemoryCache.')
  const through = openThrough(apolloCache(cache), userId)
  /** One change of the screens, whatever is written. */
  const batch = <Result>(write: () => Result): Result => cache.batch({ update: write })

  const load = async ({ missing, id }: Missing): Promise<void> => {
    const options = { fetchPolicy: 'network-only', errorPolicy: 'all' } as const
    if (missing === 'Message') {
      const { data } = await client.query({ query: MessageDocument, variables: { id }, ...options })
      const conversationId = data?.message?.conversation?.id
      if (data && !data.message && conversationId === undefined) cache.evict({ id: `Message:${id}` })
      return
    }
    const { data } = await client.query({ query: ConversationDocument, variables: { id, last: 50 }, ...options })
    if (!data) return
    const changes = data.conversation ? [placeConversation(id, data.conversation.preferences)] : forgetGroup(id)
    batch(() => through.write(changes))
  }
  const loadAll = (all: readonly Missing[]) => {
    for (const missing of all) load(missing).catch((error: unknown) => onLoadFailed?.(asError(error)))
  }

  const handleAll = (events: readonly InboxEventFields[]) => loadAll(batch(() => events.flatMap(through.handle)))
  /** The viewer's own message, which comes as no event. */
  const writeSent = async (sent: ReturnType<typeof sentIn>[number]) => {
    if (typeof sent !== 'string') return handleAll([asReceived(sent)])
    const { data } = await client.query({
      query: MessageDocument,
      variables: { id: sent },
      fetchPolicy: 'network-only',
    })
    if (data?.message) handleAll([asReceived(data.message)])
  }

  const flights = makeFlights({
    again: handleAll,
    overflow: () => void client.refetchQueries({ include: 'active' }),
  })
  const { link } = client
  const onMutated = (data: unknown) => {
    for (const sent of sentIn(data)) writeSent(sent).catch((error: unknown) => onLoadFailed?.(asError(error)))
  }
  const watched = ApolloLink.from([watching(flights.begin, onMutated), link])
  client.setLink(watched)

  let isFirst = true
  const following = follow(InboxDocument, {
    app,
    storage,
    userId,
    async refetch() {
      // What was asked before the stream was open may have been answered before an event that it does not bring.
      await flights.landed()
      if (!isFirst) through.reset()
      // A query that fails tells its own screen.
      const asked = isFirst ? client.refetchQueries({ include: 'active' }) : client.resetStore()
      isFirst = false
      await asked.catch((error: unknown) => onLoadFailed?.(asError(error)))
    },
    handle({ inbox }) {
      flights.note(inbox)
      handleAll([inbox])
      onEvent?.(inbox)
    },
  })
  return {
    ended: following.ended,
    async [Symbol.asyncDispose]() {
      // At once: a component that is mounted again follows anew.
      if (client.link === watched) client.setLink(link)
      await following[Symbol.asyncDispose]()
    },
  }
}

/** Tells when a request begins, and when its answer is in the cache. */
const watching = (begin: () => () => void, onMutated: (data: unknown) => void): ApolloLink =>
  new ApolloLink((operation, forward) => {
    if (operation.operationType === OperationTypeNode.SUBSCRIPTION) return forward(operation)
    return new Observable((sink) => {
      const end = begin()
      let data: unknown
      const subscription = forward(operation).subscribe({
        next(result) {
          data = 'data' in result ? result.data : undefined
          sink.next(result)
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      })
      // Also when it fails, or nobody waits for it any more.
      sink.add(() => {
        subscription.unsubscribe()
        if (operation.operationType === OperationTypeNode.MUTATION) onMutated(data)
        end()
      })
    })
  })
