import { eventually } from '../../../test/support/eventually.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { describeWith } from '../../../test/support/services.ts'
import { makeTurns } from './turns.ts'

/** Work that ends when it is told to. */
function makeWork() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
  }
  return { begun, work, end: (name: string) => ends.get(name)?.() }
}

describe('Turns', () => {
  test('work of one key runs one after the other in order, and that of another key beside it', async () => {
    const { begun, work, end } = makeWork()
    const inTurn = makeTurns()
    const results = [inTurn('a', work('a1')), inTurn('a', work('a2')), inTurn('b', work('b1')), inTurn('a', work('a3'))]
    expect(begun).toEqual(['a1', 'b1'])
    end('a1')
    await eventually(() => expect(begun).toEqual(['a1', 'b1', 'a2']))
    end('a2')
    await eventually(() => expect(begun).toEqual(['a1', 'b1', 'a2', 'a3']))
    end('a3')
    end('b1')
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  test('work that fails lets the next one begin', async () => {
    const inTurn = makeTurns()
    const failing = inTurn('a', () => Promise.reject(new Error('no')))
    const after = inTurn('a', async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await after).toBe('yes')
  })

  test('who comes when too many wait, or waits too long, is refused with UNAVAILABLE and never runs', async () => {
    const { begun, work, end } = makeWork()
    const inTurn = makeTurns({ maxWaiting: 1, maxWaitMs: 50 })
    const first = inTurn('a', work('first'))
    const late = inTurn('a', work('late'))
    await expect(inTurn('a', work('one too many'))).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
    await expect(late).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } })
    end('first')
    await first
    const last = inTurn('a', work('last'))
    end('last')
    await last
    expect(begun).toEqual(['first', 'last'])
  })
})

describeWith('postgres', 'Sends that wait for a conversation', () => {
  let world: ChatWorld
  beforeAll(async () => {
    world = await openChatWorld()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('hold no connection: while one conversation is locked, sends into another go on', async () => {
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const locked = await world.direct(ada, bob)
    const free = await world.direct(ada, eve)
    let unlock = () => {}
    const held = new Promise<void>((resolve) => (unlock = resolve))
    const locking = world.database.transaction(async (sql) => {
      await world.eventLog.lock(sql, locked)
      await held
    })
    // Twice the pool.
    const waiting = Array.from({ length: 20 }, () => world.send(ada, locked))
    await world.send(ada, free)
    unlock()
    await locking
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
