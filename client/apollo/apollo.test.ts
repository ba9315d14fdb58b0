import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, InMemoryCache, Observable } from '@apollo/client'
import { eventually } from '../../test/support/eventually.ts'
import type { App } from '../connect.ts'
import { GraphError, Unreachable } from '../errors.ts'
import { ConversationMessagesDocument } from '../generated/operations.ts'
import { followInbox, parleyLink, typePolicies } from './index.ts'

const QUERY = gql`
  query Name {
    me {
      id
      displayName
    }
  }
`
const SUBSCRIPTION = gql`
  subscription Names {
    inbox {
      cursor
    }
  }
`
const me = { __typename: 'User', id: 'me', displayName: 'Ada' }

type Asked = Parameters<App['query']>
const makeClient = (ask: (...asked: Asked) => Promise<unknown>, subscribe?: unknown) =>
  new ApolloClient({
    cache: new InMemoryCache({ typePolicies }),
    // A test answers as it likes.
    link: parleyLink({ query: ask, mutate: ask, subscribe } as unknown as App),
  })

test('errors of an answer are those that Apollo expects, with the data beside them; others come as they are', async () => {
  const refused = new GraphError([{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }], { me: null })
  const failing = makeClient(() => Promise.reject(refused))
  const { error, data } = await failing.query({ query: QUERY, errorPolicy: 'all' })
  expect(data).toEqual({ me: null })
  expect(CombinedGraphQLErrors.is(error) && error.errors).toEqual(refused.errors)
  const anew = failing.query({ query: QUERY, fetchPolicy: 'network-only' })
  await expect(anew).rejects.toThrow(CombinedGraphQLErrors)

  const away = makeClient(() => Promise.reject(new Unreachable('Nobody is there.')))
  await expect(away.query({ query: QUERY })).rejects.toThrow(Unreachable)
})

test('a query that nobody waits for any more is aborted, and so is one whose own signal aborts', async () => {
  const signals: AbortSignal[] = []
  const client = makeClient((_document, _variables, options) => {
    signals.push(options!.signal!)
    return new Promise((_, reject) => {
      options!.signal!.addEventListener('abort', () => reject(options!.signal!.reason as Error))
    })
  })
  client.watchQuery({ query: QUERY }).subscribe({}).unsubscribe()
  const controller = new AbortController()
  const asked = client.query({ query: QUERY, context: { fetchOptions: { signal: controller.signal } } })
  controller.abort(new Error('Enough.'))
  await expect(asked).rejects.toThrow('Enough.')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
})

test('a subscription gives its events, ends with the error that refused it, and leaves when it is left', async () => {
  let left = 0
  const events = (error?: Error) => {
    const waiting = [{ inbox: { __typename: 'InboxOpened', cursor: '1' } }]
    const stream: AsyncIterableIterator<unknown> = {
      async next() {
        const value = waiting.shift()
        if (value) return { done: false, value }
        if (error) throw error
        return new Promise(() => undefined)
      },
      async return() {
        left++
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => stream,
    }
    return stream
  }
  const refusal = new GraphError([{ message: 'Too old.', extensions: { code: 'CURSOR_TOO_OLD' } }])
  const results = await new Promise<unknown[]>((resolve) => {
    const all: unknown[] = []
    makeClient(
      () => Promise.reject(new Error('not asked')),
      () => events(refusal),
    )
      .subscribe({ query: SUBSCRIPTION })
      .subscribe((result) => {
        all.push(result.error ?? result.data)
        if (result.error) resolve(all)
      })
  })
  expect(results[0]).toMatchObject({ inbox: { cursor: '1' } })
  expect(CombinedGraphQLErrors.is(results[1]) && results[1].errors[0]?.extensions).toEqual({ code: 'CURSOR_TOO_OLD' })

  const open = makeClient(
    () => Promise.reject(new Error('not asked')),
    () => events(),
  )
  const before = left
  await new Promise<void>((resolve) => {
    const subscription = open.subscribe({ query: SUBSCRIPTION }).subscribe(() => {
      // In the callback of its own first event.
      queueMicrotask(() => {
        subscription.unsubscribe()
        resolve()
      })
    })
  })
  expect(left).toBe(before + 1)
})

/** Messages `from` to `to` of a conversation with ten, as a page. */
function page(from: number, to: number) {
  const edges = Array.from({ length: to - from + 1 }, (_, n) => ({
    __typename: 'MessageEdge',
    cursor: `c${from + n}`,
    node: message(from + n),
  }))
  const pageInfo = { hasPreviousPage: from > 1, hasNextPage: to < 10, startCursor: `c${from}`, endCursor: `c${to}` }
  return {
    conversation: {
      __typename: 'Conversation',
      id: 'c',
      kind: 'DIRECT',
      lastSequence: 10,
      messages: { __typename: 'MessageConnection', edges, pageInfo: { __typename: 'PageInfo', ...pageInfo } },
    },
  }
}

const message = (sequence: number, text = `text ${sequence}`) => ({
  __typename: 'Message',
  id: `m${sequence}`,
  sequence,
  type: 'TEXT',
  text,
  content: null,
  mentions: null,
  replyToId: null,
  sentAt: `2026-01-01T00:00:${10 + sequence}.000Z`,
  version: text === `text ${sequence}` ? 1 : 2,
  editedAt: null,
  deletedAt: null,
  clientMessageId: null,
  sender: { ...me, id: 'other' },
  media: [],
  reactions: [],
})

test('pages of a connection are joined both ways, nothing is listed twice, and a page from elsewhere begins anew', () => {
  const cache = new InMemoryCache({ typePolicies })
  const query = ConversationMessagesDocument
  const write = (variables: object, [from, to]: [number, number]) =>
    cache.writeQuery({ query, variables: { id: 'c', ...variables }, data: page(from, to) as never })
  const read = () => {
    const { messages } = cache.readQuery({ query, variables: { id: 'c' } })!.conversation!
    const { hasPreviousPage, hasNextPage, startCursor, endCursor } = messages.pageInfo
    return [messages.edges.map(({ node }) => node.sequence), hasPreviousPage, hasNextPage, startCursor, endCursor]
  }
  write({ first: 2, around: 'm5' }, [5, 6])
  write({ first: 2, after: 'c6' }, [7, 8])
  write({ last: 2, before: 'c5' }, [3, 4])
  expect(read()).toEqual([[3, 4, 5, 6, 7, 8], true, true, 'c3', 'c8'])
  write({ first: 3, after: 'c8' }, [8, 10])
  expect(read()).toEqual([[3, 4, 5, 6, 7, 8, 9, 10], true, false, 'c3', 'c10'])
  write({ last: 2, before: 'c99' }, [1, 2])
  expect(read()).toEqual([[1, 2], false, true, 'c1', 'c2'])
  cache.evict({ id: 'Message:m1' })
  expect(read()[0]).toEqual([2])
})

test('an answer that was made before an event does not take it back', async () => {
  const asked: ((data: unknown) => void)[] = []
  let tell: (event?: object) => void = () => undefined
  const told: object[] = [{ __typename: 'InboxOpened', cursor: '0' }]
  const stream: AsyncIterableIterator<unknown> = {
    async next() {
      const event = told.shift() ?? (await new Promise<object | undefined>((resolve) => (tell = resolve)))
      return event ? { done: false, value: { inbox: event } } : { done: true, value: undefined }
    },
    async return() {
      tell()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  const client = makeClient(
    () => new Promise((resolve) => asked.push(resolve)),
    () => stream,
  )
  const handled: string[] = []
  const following = followInbox({
    client,
    app: { subscribe: () => stream } as unknown as App,
    userId: 'me',
    onEvent: ({ __typename }) => void handled.push(__typename),
  })
  await eventually(() => handled.includes('InboxOpened'))
  const query = { query: ConversationMessagesDocument, variables: { id: 'c', last: 3 } }
  const first = client.query(query)
  await eventually(() => asked.length === 1)
  asked[0]!(page(8, 10))
  await first
  const again = client.query({ ...query, fetchPolicy: 'network-only' })
  await eventually(() => asked.length === 2)
  const edited = { ...message(9, 'edited'), conversation: { __typename: 'Conversation', id: 'c' } }
  tell({ __typename: 'MessageEdited', cursor: '1', message: edited })
  await eventually(() => handled.includes('MessageEdited'))
  asked[1]!(page(8, 10))
  await again
  const texts = client.readQuery(query)!.conversation!.messages.edges.map(({ node }) => node.text)
  expect(texts).toEqual(['text 8', 'edited', 'text 10'])
  const { link } = client
  await following[Symbol.asyncDispose]()
  expect(client.link).not.toBe(link)
})

test('it needs the cache that it writes into', () => {
  const cache = new InMemoryCache()
  const link = new ApolloLink(() => new Observable())
  const client = new ApolloClient({ cache, link })
  Object.assign(client, { cache: {} })
  expect(() => followInbox({ client, app: {} as App, userId: 'me' })).toThrow('InMemoryCache')
})
