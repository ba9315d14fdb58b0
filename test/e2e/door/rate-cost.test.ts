import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/services.ts'
import { insertSession } from '../../support/sessions.ts'
import { type Answer, openWorld, type World } from './world.ts'

/** A bucket that holds 30 and fills by one a minute; `send` and `costly` cost 5 beyond the request's own token. */
const rates = { anonymous: { burst: 30, perSecond: 1 / 60 }, signed: { burst: 30, perSecond: 1 / 60 } }

const codesOf = ({ body }: Answer) =>
  (body.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code)
const aliased = (count: number) => `mutation { ${Array.from({ length: count }, (_, n) => `a${n}: send`).join(' ')} }`

describeWith('postgres', 'fields that cost', () => {
  let db: TestDatabase
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(() => db[Symbol.asyncDispose]())
  const open = () => openWorld(db.database, { rates })

  /** How many of the cheapest requests are still answered. */
  async function left({ post }: World): Promise<number> {
    for (let count = 0; ; count++) if (codesOf(await post({ query: '{ hello }' })).length > 0) return count
  }

  test('a request of a field that says no cost takes one, one that says so takes that more', async () => {
    await using world = await open()
    await world.post({ query: '{ hello }' })
    await world.post({ query: 'mutation { send }' })
    expect(await left(world)).toBe(30 - 1 - 6)
  })

  test('twenty aliases in one request cost twenty times as much, in fragments as well', async () => {
    await using world = await open()
    expect((await world.post({ query: aliased(4) })).body).toEqual({
      data: { a0: 'sent', a1: 'sent', a2: 'sent', a3: 'sent' },
    })
    expect(await left(world)).toBe(30 - 21)

    await using other = await open()
    const query = 'mutation { a: send ...F ... { c: send } } fragment F on Mutation { b: send }'
    expect(codesOf(await other.post({ query }))).toEqual([])
    expect(await left(other)).toBe(30 - 16)
  })

  test('what costs more than is left waits, is told how long, and nothing of it is run or taken', async () => {
    await using world = await open()
    expect(codesOf(await world.post({ query: aliased(4) }))).toEqual([])
    const calls = world.heard.length
    const refused = await world.post({ query: aliased(2) })
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(world.heard).toHaveLength(calls)
    world.clock.advance(Number(refused.headers.get('retry-after')) * 1_000 + 60_000)
    expect(codesOf(await world.post({ query: aliased(2) }))).toEqual([])
  })

  test('what costs more than anybody ever has at once is refused as too complex: waiting would not help', async () => {
    await using world = await open()
    expect(await world.post({ query: aliased(7) })).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'DOCUMENT_TOO_COMPLEX', limit: 30, cost: 35 } }] },
    })
    expect(await left(world)).toBe(29)
  })

  test('an operation pays one more for each 1,000 objects that it may make, by its variables as well', async () => {
    await using world = await open()
    const query = 'query ($n: Int) { things(first: $n) { name } }'
    for (const n of [999, 5_000]) expect(codesOf(await world.post({ query, variables: { n } }))).toEqual([])
    expect(await left(world)).toBe(30 - 1 - 6)
  })

  test('operations of a great size are stopped after a few, before a subgraph is asked', async () => {
    await using world = await open()
    const ask = () => world.post({ query: '{ things(first: 9500) { name } }' })
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(answers.filter((answer) => codesOf(answer).length === 0).length).toBeLessThanOrEqual(3)
    expect(world.heard.length).toBeLessThanOrEqual(3)
  })

  test('a user pays from the user’s own rate, wherever he is', async () => {
    await using world = await open()
    const session = await insertSession(db.database, world.clock.now() + 3_600_000)
    expect(codesOf(await world.postAs(session, { query: aliased(5) }))).toEqual([])
    expect(codesOf(await world.postAs(session, { query: 'mutation { send }' }))).toEqual(['RATE_LIMITED'])
    expect(await left(world)).toBe(30)
  })

  test('a stream whose events would each cost as much as a large query is refused, on a socket and over SSE', async () => {
    await using world = await open()
    const big = 'subscription { things(first: 501) { name } }'
    const seen: unknown[] = []
    world.client(() => ({})).subscribe({ query: big }, { next() {}, error: (error) => seen.push(error), complete() {} })
    await eventually(() => expect(seen).toMatchObject([[{ extensions: { code: 'DOCUMENT_TOO_COMPLEX' } }]]))
    const sse = world.sse(big, {})
    await eventually(() => expect(sse.seen.text).toContain('DOCUMENT_TOO_COMPLEX'))
    expect(world.streams()).toBe(0)
    const client = world.client(() => ({}))
    client.subscribe(
      { query: 'subscription { things(first: 500) { name } }' },
      { next() {}, error() {}, complete() {} },
    )
    await eventually(() => world.streams() === 1)
  })

  test('a stream on a socket or over SSE pays when it is opened, and not again when the schema is reloaded', async () => {
    await using world = await open()
    const client = world.client(() => ({}))
    client.subscribe({ query: 'subscription { costly }' }, { next() {}, error() {}, complete() {} })
    await eventually(() => world.streams() === 1)
    const { leave } = world.sse('subscription { a: costly }', {})
    await eventually(() => world.streams() === 2)
    for (let n = 0; n < 3; n++) await world.gateway.reload(world.supergraphSdl)
    expect(world.gateway.stats().readers).toBe(2)
    // Two streams for 6 each; opening a socket took one.
    expect(await left(world)).toBe(30 - 1 - 6 - 6)
    leave()
  })
})
