import { v7 } from 'uuid'
import { decodeCursor } from '../platform/eventlog/cursor.ts'
import { ORIGIN } from '../platform/eventlog/position.ts'
import { MAX_PAGES_PER_USER, makePages } from './pages.ts'
import type { ReplayPage } from './shared-reads.ts'
import { makeTurns, type TakeTurn } from './turns.ts'

/** Works that last until they are released, in the order in which they began. */
function holdWorks(turn: TakeTurn) {
  const begun: string[] = []
  const running: (() => void)[] = []
  const turnsTaken = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    begun,
    ask(userId: string, name: string, reader: { closed?: boolean; signal?: AbortSignal } = {}) {
      return turn({ viewer: { userId }, closed: false, ...reader }, async () => {
        begun.push(name)
        await new Promise<void>((resolve) => running.push(resolve))
        return name
      })
    },
    /** Ends the work that has run for longest. */
    async release() {
      running.shift()?.()
      await turnsTaken()
    },
    turnsTaken,
    get running() {
      return running.length
    },
  }
}

test("a user who asks again and again does not delay another user's read", async () => {
  const works = holdWorks(makeTurns(2))
  for (let n = 1; n <= 20; n++) void works.ask('greedy', `greedy ${n}`)
  void works.ask('ada', 'ada 1')
  await works.turnsTaken()
  expect(works.begun).toEqual(['greedy 1', 'ada 1'])
  void works.ask('ada', 'ada 2')
  void works.ask('bob', 'bob 1')
  for (let ended = 0; ended < 4; ended++) await works.release()
  // Each user's second one waited behind the first ones of all others.
  expect(works.begun).toEqual(['greedy 1', 'ada 1', 'bob 1', 'greedy 2', 'ada 2', 'greedy 3'])
})

test('one user has one turn at a time, also while others are free', async () => {
  const works = holdWorks(makeTurns(2))
  for (let n = 1; n <= 3; n++) void works.ask('greedy', `greedy ${n}`)
  await works.turnsTaken()
  expect(works.running).toBe(1)
  await works.release()
  expect(works.begun).toEqual(['greedy 1', 'greedy 2'])
  expect(works.running).toBe(1)
})

test('a call whose client has gone leaves at once, and whoever waits behind it is next', async () => {
  const turn = makeTurns(1)
  const works = holdWorks(turn)
  void works.ask('ada', 'ada 1')
  const leaving = new AbortController()
  const gone = works.ask('bob', 'bob 1', { signal: leaving.signal })
  // A stream that closes has no signal.
  const stream = { viewer: { userId: 'bob' }, closed: false }
  const closed = turn(stream, () => Promise.resolve('bob 2'))
  void works.ask('bob', 'bob 3')
  leaving.abort()
  expect(await gone).toBeNull()
  stream.closed = true
  await works.release()
  expect(await closed).toBeNull()
  expect(works.begun).toEqual(['ada 1', 'bob 3'])
  expect(await works.ask('eve', 'eve 1', { closed: true })).toBeNull()
})

test('a read that fails gives its turn up', async () => {
  const turn = makeTurns(1)
  const reader = { viewer: { userId: 'ada' }, closed: false }
  await expect(turn(reader, () => Promise.reject(new Error('The database is away.')))).rejects.toThrow('away')
  expect(await turn(reader, () => Promise.resolve('read'))).toBe('read')
})

const viewerOf = (userId: string) => ({ kind: 'user', userId, deviceId: v7(), sessionId: v7() }) as const
const HEAD = { ...ORIGIN, epoch: ORIGIN.epoch + 1 }

test('more pages at once than one user needs are refused with the time to wait, and others get theirs', async () => {
  const held: (() => void)[] = []
  const readPage = makePages({
    readFor: () =>
      new Promise<ReplayPage>((resolve) => held.push(() => resolve({ events: [], upTo: HEAD, sharers: 1 }))),
  })
  const ask = (userId: string) => readPage({ viewer: viewerOf(userId), from: [ORIGIN], head: HEAD, limit: 1 })
  const asked = Array.from({ length: MAX_PAGES_PER_USER }, () => ask('greedy'))
  const refusal = { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) as number }
  await expect(ask('greedy')).rejects.toMatchObject({ extensions: refusal })
  const others = ask('ada')
  expect(held).toHaveLength(MAX_PAGES_PER_USER + 1)
  for (const release of held.splice(0)) release()
  await Promise.all([...asked, others])
  const again = ask('greedy')
  held[0]?.()
  expect(await again).toMatchObject({ items: [], hasMore: false })
})

test('a page whose reads bring nothing ends with a cursor behind what was read, so that the next one goes on', async () => {
  const from: bigint[] = []
  const head = { ...ORIGIN, id: 1_000n }
  const readPage = makePages({
    readFor: (_, after) => {
      from.push(after.id)
      return Promise.resolve({ events: [], upTo: { ...after, id: after.id + 1n }, sharers: 1 })
    },
  })
  const viewer = viewerOf('ada')
  const first = await readPage({ viewer, from: [ORIGIN], head, limit: 1 })
  expect(first.hasMore).toBe(true)
  await readPage({ viewer, from: decodeCursor(first.cursor, 1)!, head, limit: 1 })
  expect(new Set(from).size).toBe(from.length)
})
