import { startReference, type Reference } from './servers.ts'
import { runCase, sections } from './suite.ts'

/** The suite against graphql-ws itself, so that a sentence is the protocol's and not ours. */
const cases = sections.flatMap(({ name, cases }) => cases.map((one) => [name, one.title, one] as const))

/**
 * Where the protocol's implementation does otherwise. It closes with 4500 where a document does not parse and for messages
 * of a server; and the end of the first of two operations with one id completes the second.
 */
const REFERENCE_MISSES = [
  'a syntax error: an error message, nothing after it, and the id is free',
  'after it the id may be used again, in the same breath',
  "a server's type: connection_ack: 4400",
  "a server's type: next: 4400",
  "a server's type: error: 4400",
]

let reference: Reference

beforeAll(async () => {
  // It reports what a client does wrong.
  jest.spyOn(console, 'error').mockImplementation(() => undefined)
  reference = await startReference()
})
afterAll(async () => {
  jest.restoreAllMocks()
  await reference?.[Symbol.asyncDispose]()
})

test.each(cases)('%s: %s', async (_, title, one) => {
  const run = runCase(one, reference.url, { ...reference.options, patienceMs: 1_500 })
  if (REFERENCE_MISSES.includes(title)) await expect(run).rejects.toThrow()
  else await run
})

test('titles are unique, and what is known to be missed is among them', () => {
  expect(cases.map(([, title]) => title)).toEqual(expect.arrayContaining(REFERENCE_MISSES))
  expect(new Set(cases.map(([, title]) => title)).size).toBe(cases.length)
})
