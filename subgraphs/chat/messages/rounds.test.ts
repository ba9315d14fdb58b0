import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../../../test/support/eventually.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { holdTransaction } from '../../../test/support/held-transaction.ts'
import { describeWith } from '../../../test/support/services.ts'
import { findFaults } from '../consistency/check.ts'
import { makeRounds, type Outcome, type RoundItem, type RoundLimits } from './rounds.ts'

interface Item extends RoundItem {
  readonly name: string
}

/** Rounds that end when they are told to: with what `outcome` says of each item, or as a whole. */
function makeWorld(limits: Partial<RoundLimits> = {}) {
  const begun: { names: string; mayWait: boolean; end: (error?: Error) => void }[] = []
  let outcome = (item: Item, _mayWait: boolean): Outcome<string> => ({ done: item.name })
  const add = makeRounds<Item, string>(
    (items, { mayWait }) =>
      new Promise((resolve, reject) => {
        begun.push({
          names: items.map(({ name }) => name).join(' '),
          mayWait,
          end: (error) => (error ? reject(error) : resolve(items.map((item) => outcome(item, mayWait)))),
        })
      }),
    { slowMs: 60_000, ...limits },
  )
  return {
    begun,
    names: () => begun.map(({ names }) => names),
    /** `a1` has the key `a`. */
    send: (name: string, more: Partial<Item> = {}) => add({ key: name.charAt(0), unique: name, name, ...more }),
    decide(decided: typeof outcome) {
      outcome = decided
    },
    async end(at: number, error?: Error) {
      await eventually(() => expect(begun.length).toBeGreaterThan(at))
      begun[at]!.end(error)
      await nextTurn()
    },
  }
}

describe('Rounds', () => {
  test('those that come in one turn of the loop, or while a round is under way, go together in their order', async () => {
    const world = makeWorld()
    const results = [world.send('a1'), world.send('b1')]
    await nextTurn()
    expect(world.names()).toEqual(['a1 b1'])
    results.push(world.send('a2'), world.send('c1'), world.send('a3'))
    await nextTurn()
    expect(world.names()).toHaveLength(1)
    await world.end(0)
    expect(world.names()).toEqual(['a1 b1', 'a2 c1 a3'])
    await world.end(1)
    expect(await Promise.all(results)).toEqual(['a1', 'b1', 'a2', 'c1', 'a3'])
  })

  test('a round has at most so many items, and no two with the same unique name', async () => {
    const world = makeWorld({ maxItems: 2 })
    const all = Promise.all([
      world.send('a1'),
      world.send('b1', { unique: 'a1' }),
      world.send('b2'),
      world.send('c1'),
      world.send('c2'),
    ])
    await world.end(0)
    await world.end(1)
    await world.end(2)
    await all
    // b2 does not wait behind b1.
    expect(world.names()).toEqual(['a1 b2', 'b1 c1', 'c2'])
  })

  test('an item fails alone; a failed round fails all of its items, and none of a later round', async () => {
    const world = makeWorld()
    world.decide(({ name }) => (name === 'b1' ? { failed: new Error('refused') } : { done: name }))
    const [first, refused] = [world.send('a1'), world.send('b1')]
    const failure = expect(refused).rejects.toThrow('refused')
    await world.end(0)
    expect(await first).toBe('a1')
    await failure
    const whole = Promise.allSettled([world.send('a2'), world.send('b2')])
    await world.end(1, new Error('away'))
    for (const one of await whole) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'away' } })
    const later = world.send('a3')
    await world.end(2)
    expect(await later).toBe('a3')
  })

  test('an item whose key is held elsewhere gets a round that waits for that key, in order, and the others go on', async () => {
    const world = makeWorld()
    world.decide(({ key, name }, mayWait) => (key === 'a' && !mayWait ? 'busy' : { done: name }))
    const results = [world.send('a1'), world.send('b1'), world.send('a2')]
    await nextTurn()
    results.push(world.send('a3'), world.send('b2'))
    await world.end(0)
    const rounds = world.begun.slice(1).map(({ names, mayWait }) => ({ names, mayWait }))
    expect(rounds).toEqual([
      { names: 'b2', mayWait: false },
      { names: 'a1 a2 a3', mayWait: true },
    ])
    results.push(world.send('a4'))
    await world.end(1)
    await nextTurn()
    expect(world.begun).toHaveLength(3) // a4 waits for those of its key
    await world.end(2)
    await world.end(3)
    await world.end(4)
    expect(await Promise.all(results)).toEqual(['a1', 'b1', 'a2', 'a3', 'b2', 'a4'])
  })

  test('a key that is free again goes on, also while keys that are held for long take all waiting rounds', async () => {
    const world = makeWorld({ maxWaitingRounds: 1, heldRetryMs: 20 })
    const held = new Set(['a', 'b'])
    world.decide(({ key, name }, mayWait) => (held.has(key) && !mayWait ? 'busy' : { done: name }))
    const results = [world.send('a1'), world.send('b1')]
    await world.end(0)
    expect(world.names()).toEqual(['a1 b1', 'a1'])
    await world.end(2) // it is held still
    held.delete('b')
    await world.end(3)
    expect(await results[1]).toBe('b1')
    expect(world.names()).toEqual(['a1 b1', 'a1', 'b1', 'b1'])
    await world.end(1)
    expect(await results[0]).toBe('a1')
  })

  test('an item that comes back too late is refused, and its key gets no round', async () => {
    const world = makeWorld({ maxWaitMs: 20 })
    world.decide(() => 'busy')
    const late = expect(world.send('a1')).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
    await nextTurn()
    await delay(30)
    await world.end(0)
    await late
    expect(world.names()).toEqual(['a1'])
  })

  test('a round that takes long is not waited for, but by those of its keys', async () => {
    const world = makeWorld({ slowMs: 20, maxRounds: 2 })
    const results = [world.send('a1')]
    await nextTurn()
    results.push(world.send('a2'), world.send('b1'))
    await eventually(() => expect(world.names()).toEqual(['a1', 'b1']))
    await world.end(0)
    await world.end(1)
    await world.end(2)
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'b1'])
  })

  test('at a limit an item is refused with UNAVAILABLE and never runs', async () => {
    const world = makeWorld({ maxWaiting: 3, maxWaitingOfKey: 2, maxWaitMs: 50 })
    const unavailable = { extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }
    const first = world.send('a1')
    await nextTurn()
    const late = [world.send('a2'), world.send('a3')].map((one) => expect(one).rejects.toMatchObject(unavailable))
    await expect(world.send('a4')).rejects.toMatchObject(unavailable)
    late.push(expect(world.send('b1')).rejects.toMatchObject(unavailable))
    await expect(world.send('c1')).rejects.toMatchObject(unavailable)
    await Promise.all(late)
    await world.end(0)
    expect(await first).toBe('a1')
    const last = world.send('a5')
    await world.end(1)
    expect(await last).toBe('a5')
    expect(world.names()).toEqual(['a1', 'a5'])
  })

  test('an item that nobody waits for any more never runs', async () => {
    const world = makeWorld()
    const first = world.send('a1')
    await nextTurn()
    const leaving = new AbortController()
    const left = expect(world.send('a2', { signal: leaving.signal })).rejects.toThrow()
    const last = world.send('a3')
    leaving.abort()
    await world.end(0)
    await left
    await world.end(1)
    expect(await Promise.all([first, last])).toEqual(['a1', 'a3'])
    expect(world.names()).toEqual(['a1', 'a3'])
  })
})

describeWith('postgres', 'Sends that wait for a conversation', () => {
  let world: ChatWorld
  beforeAll(async () => {
    world = await openChatWorld()
  })
  afterAll(async () => {
    expect(await findFaults(world.database)).toEqual([])
    await world[Symbol.asyncDispose]()
  })

  test('hold no connection: while one conversation is locked, sends into another go on', async () => {
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const locked = await world.direct(ada, bob)
    const free = await world.direct(ada, eve)
    const holder = await holdTransaction(world.database, (sql) => world.eventLog.lock(sql, locked))
    // Twice the pool.
    const waiting = Array.from({ length: 20 }, () => world.send(ada, locked))
    await world.send(ada, free)
    await holder.end()
    const sequences = (await Promise.all(waiting)).map(({ sequence }) => sequence)
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
  })

  test('200 at once into 5 conversations all succeed, with dense numbers', async () => {
    const ada = await world.person()
    const conversations = await Promise.all(
      Array.from({ length: 5 }, async () => world.direct(ada, await world.person())),
    )
    const sent = await Promise.all(Array.from({ length: 200 }, (_, at) => world.send(ada, conversations[at % 5]!)))
    for (const id of conversations) {
      const numbers = sent.filter(({ conversation }) => conversation.id === id).map(({ sequence }) => sequence)
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
    }
  })
})
