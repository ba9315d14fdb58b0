import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { DEFAULT_LIMITS } from '../limits.ts'
import { makeBreaker } from './breaker.ts'
import { openHttpClient } from './http-client.ts'
import { makeCancellation } from './cancellation.ts'

function setUp() {
  let at = 0
  const breaker = makeBreaker('chat', { subgraphFailures: 3, subgraphPauseMs: 100 }, () => at)
  return {
    breaker,
    pass: (ms: number) => void (at += ms),
    isOpen() {
      try {
        breaker.check()
        return false
      } catch {
        return true
      }
    },
    fail(times: number) {
      for (let i = 0; i < times; i++) breaker.failed()
    },
  }
}

test('a subgraph is asked until it failed as often as the limit says, and the refusal names it', () => {
  const { breaker, isOpen, fail } = setUp()
  fail(2)
  expect(isOpen()).toBe(false)
  fail(1)
  expect(() => breaker.check()).toThrow(
    'The subgraph "chat" failed 3 times in a row: it gets no requests for a moment.',
  )
})

test('an answer between two failures starts the count again', () => {
  const { breaker, isOpen, fail } = setUp()
  fail(2)
  breaker.succeeded()
  fail(2)
  expect(isOpen()).toBe(false)
  fail(1)
  expect(isOpen()).toBe(true)
})

test('it gets no fetch during the whole pause; then one fetch tries and the others wait for its result', () => {
  const { isOpen, fail, pass } = setUp()
  fail(3)
  pass(99)
  expect(isOpen()).toBe(true)
  pass(1)
  expect([isOpen(), isOpen(), isOpen()]).toEqual([false, true, true])
})

test('when the one that tries is answered, all may ask, and it takes as many failures as at first', () => {
  const { breaker, isOpen, fail, pass } = setUp()
  fail(3)
  pass(100)
  breaker.check()
  breaker.succeeded()
  expect([isOpen(), isOpen()]).toEqual([false, false])
  fail(2)
  expect(isOpen()).toBe(false)
  fail(1)
  expect(isOpen()).toBe(true)
})

test('when the one that tries fails, the pause starts again at that moment', () => {
  const { breaker, isOpen, fail, pass } = setUp()
  fail(3)
  pass(150)
  breaker.check()
  breaker.failed()
  pass(99)
  expect(isOpen()).toBe(true)
  pass(1)
  expect(isOpen()).toBe(false)
})

test('when nobody waits any more for the one that tries, the next one may', () => {
  const { breaker, isOpen, fail, pass } = setUp()
  fail(3)
  pass(100)
  breaker.check()
  expect(isOpen()).toBe(true)
  breaker.abandoned()
  expect([isOpen(), isOpen()]).toEqual([false, true])
})

test('fetches that were under way when it was taken for down neither prolong the pause nor end it by being left', () => {
  const { breaker, isOpen, fail, pass } = setUp()
  fail(3)
  pass(60)
  breaker.failed()
  breaker.abandoned()
  expect(isOpen()).toBe(true)
  pass(40)
  expect(isOpen()).toBe(false)
})

test('an answer that was under way when it was taken for down says that it is back', () => {
  const { breaker, isOpen, fail } = setUp()
  fail(3)
  breaker.succeeded()
  expect([isOpen(), isOpen()]).toEqual([false, false])
})

test('the numbers are those of the limits: a server that is away is not asked again once it failed so often', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  server.close()
  await once(server, 'close')
  const client = openHttpClient('chat', url, { ...DEFAULT_LIMITS, subgraphFailures: 2, subgraphPauseMs: 60_000 })
  const ask = () => client.post('{}', false, () => ({}), makeCancellation(), JSON.parse)
  try {
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(ask()).rejects.toThrow('The subgraph "chat" failed 2 times in a row')
  } finally {
    await client.close()
  }
})
