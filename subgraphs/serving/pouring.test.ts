import { buildSchema, GraphQLError, type ExecutionResult } from 'graphql'
import { makeDocumentCache } from './document-cache.ts'
import { makeExecutor, type EventStream, type Pouring } from './executor.ts'
import { makeSharedEvents } from './shared-events.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A subscription whose source pours numbers; `slow` resolves later. */
async function open() {
  const schema = buildSchema('type Query { a: Int } type Subscription { said: Said } type Said { n: Int, slow: Int }')
  let pouring: Parameters<Pouring<unknown>['pour']> | undefined
  let returned = 0
  const source = {
    next: () => Promise.reject(new Error('nobody pulls')),
    return: async () => ({ done: true, value: void returned++ }),
    pour: (...args: Parameters<Pouring<unknown>['pour']>) => void (pouring = args),
    [Symbol.asyncIterator]: () => source,
  }
  schema.getSubscriptionType()!.getFields()['said']!.subscribe = () => source
  const releases: (() => void)[] = []
  const said = (n: number) => ({
    said: { n, slow: () => new Promise<number>((resolve) => releases.push(() => resolve(n))) },
  })
  const mask = (error: unknown) => new GraphQLError(`masked ${String(error)}`)
  let failing = false
  const makeContext = () => {
    if (failing) throw new Error('no context')
    return {}
  }
  const documents = makeDocumentCache(schema, false)
  const executor = makeExecutor(schema, makeContext, documents, mask as never, makeSharedEvents(schema, undefined))
  const subscribe = async (query: string) => {
    const identity = { kind: 'user', userId: 'u', deviceId: 'd', sessionId: 's' } as const
    const gone = new AbortController()
    const call = { request: { query }, identity, requestId: 'r', signal: gone.signal }
    const stream = (await executor.subscribe(call as never)) as EventStream
    const got: ExecutionResult[] = []
    const ends: unknown[] = []
    stream.pour!(
      (result) => void got.push(result),
      (error) => ends.push(error ?? 'end'),
    )
    return { stream, got, ends, gone }
  }
  return {
    subscribe,
    say: (n: number) => pouring![0](said(n)),
    end: (error?: unknown) => pouring![1](error),
    releases,
    fail: () => void (failing = true),
    returned: () => returned,
  }
}

describe('A subscription of a subgraph that pours', () => {
  test('answers each event at once', async () => {
    const { subscribe, say, end } = await open()
    const { got, ends } = await subscribe('subscription { said { n } }')
    expect(say(1)).toBeUndefined()
    void say(2)
    expect(got).toMatchObject([{ data: { said: { n: 1 } } }, { data: { said: { n: 2 } } }])
    end()
    expect(ends).toEqual(['end'])
  })

  test('makes its source wait for an answer that takes time, so that answers keep their order', async () => {
    const { subscribe, say, releases } = await open()
    const { got } = await subscribe('subscription { said { slow } }')
    const room = say(1)
    expect(room).toBeInstanceOf(Promise)
    expect(got).toEqual([])
    releases[0]!()
    await room
    expect(got).toMatchObject([{ data: { said: { slow: 1 } } }])
  })

  test('ends with what made an answer impossible, and closes its source', async () => {
    const { subscribe, say, fail, returned } = await open()
    const { got, ends } = await subscribe('subscription { said { n } }')
    fail()
    void say(1)
    void say(2)
    await turn()
    expect(got).toEqual([])
    expect(ends).toEqual([new Error('no context')])
    expect(returned()).toBe(1)
  })

  test('gives nothing to a client that has left, also not what was on its way', async () => {
    const { subscribe, say, end, releases } = await open()
    const { got, ends, gone } = await subscribe('subscription { said { slow } }')
    const room = say(1)
    gone.abort()
    releases[0]!()
    await room
    void say(2)
    end(new Error('late'))
    expect([got, ends]).toEqual([[], []])
  })
})
