import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { eventually } from '../test/support/eventually.ts'
import { idsIn, makeQueries } from './queries.ts'

type Answer = Record<string, unknown>
const Document = parse('query Anything { anything { id } }') as TypedDocumentNode<Answer, Record<string, unknown>>

/** A server whose answers are the test's, given when it says so. */
function open(first: () => Answer = () => ({ me: { id: 'viewer' } })) {
  let answer = first
  const waiting: (() => void)[] = []
  let isHeld = false
  let asked = 0
  const query = async () => {
    asked++
    const answered = answer
    if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve))
    return answered() as never
  }
  return {
    queries: makeQueries({ query }),
    asked: () => asked,
    says: (next: () => Answer) => void (answer = next),
    hold: () => void (isHeld = true),
    release() {
      isHeld = false
      for (const go of waiting.splice(0)) go()
    },
  }
}
const nothing = () => undefined

test('what an event names in an answer or in variables, or what may belong to a list, is asked again', async () => {
  const server = open()
  const { queries } = server
  const byVariables = queries.find(Document, { id: 'conversation' })
  byVariables.watch(nothing)
  await eventually(() => expect(byVariables.get().data).toEqual({ me: { id: 'viewer' } }))
  queries.touch(new Set(['somebody else']))
  server.says(() => ({ conversation: null }))
  queries.touch(new Set(['conversation']))
  await eventually(() => expect(byVariables.get().data).toEqual({ conversation: null }))
  expect(server.asked()).toBe(2)

  server.says(() => ({ conversations: { edges: [] } }))
  const list = queries.find(Document, { first: 20 })
  list.watch(nothing)
  await eventually(() => expect(list.get().data).toBeDefined())
  server.says(() => ({ conversations: { edges: [{ node: { id: 'new' } }] } }))
  queries.touch(idsIn({ message: { conversation: { id: 'new' } } }))
  await eventually(() => expect(list.get().data).toEqual({ conversations: { edges: [{ node: { id: 'new' } }] } }))
})

test('a change while the first answer is under way is not missed', async () => {
  const server = open(() => ({ conversation: { id: 'c', texts: ['before'] } }))
  server.hold()
  const query = server.queries.find(Document, {})
  query.watch(nothing)
  server.says(() => ({ conversation: { id: 'c', texts: ['before', 'after'] } }))
  server.queries.touch(new Set(['c']))
  server.release()
  await eventually(() => expect(query.get().data).toMatchObject({ conversation: { texts: ['before', 'after'] } }))
  expect(query.get().isLoading).toBe(false)
})

test('changes that do not stop keep no answer from the screen, and many of a moment cost one question', async () => {
  const server = open()
  const query = server.queries.find(Document, {})
  const seen: unknown[] = []
  query.watch(() => void (query.get().data && seen.push(query.get().data)))
  for (let n = 0; n < 1_000; n++) server.queries.touch(new Set(['viewer']))
  await eventually(() => expect(seen.length).toBeGreaterThan(0))
  for (let n = 0; n < 1_000; n++) server.queries.touch(new Set(['viewer']))
  await eventually(() => expect(server.asked()).toBeGreaterThan(1))
  expect(server.asked()).toBeLessThanOrEqual(4)
})

test('what failed is asked again when the server can be reached, and keeps the old answer until then', async () => {
  const server = open()
  const query = server.queries.find(Document, {})
  query.watch(nothing)
  await eventually(() => expect(query.get().data).toBeDefined())
  server.says(() => {
    throw new Error('away')
  })
  await query.refetch()
  expect(query.get()).toMatchObject({ data: { me: { id: 'viewer' } }, error: { message: 'away' }, isLoading: false })
  server.says(() => ({ me: { id: 'viewer', displayName: 'Ada' } }))
  server.queries.retryFailed()
  await eventually(() => expect(query.get()).toMatchObject({ error: undefined, data: { me: { displayName: 'Ada' } } }))
})

test('a screen of many queries that suspends has them all: those that were looked for of late are kept', async () => {
  const server = open()
  const look = (n: number) => server.queries.find(Document, { n })
  const before = Array.from({ length: 500 }, (_, n) => look(n))
  await Promise.all(before.map((query) => query.ready()))
  expect(Array.from({ length: 500 }, (_, n) => look(n).get().data !== undefined)).not.toContain(false)
  expect(server.asked()).toBe(500)
})

test('answers that nobody shows are forgotten beyond a hundred, the oldest first', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
  try {
    const server = open()
    const first = server.queries.find(Document, { n: 0 })
    for (let n = 1; n < 150; n++) server.queries.find(Document, { n })
    const last = server.queries.find(Document, { n: 149 })
    jest.advanceTimersByTime(61_000)
    server.queries.find(Document, { n: 150 })
    expect(server.queries.find(Document, { n: 149 })).toBe(last)
    expect(server.queries.find(Document, { n: 0 })).not.toBe(first)
  } finally {
    jest.useRealTimers()
  }
})
