import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import type { LocalStream, LocalSubgraph } from '../types.ts'
import type { AttemptItem } from './attempt.ts'
import { openLocalAttempt } from './local.ts'

type Pour = Required<LocalStream>['pour']
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** An attempt on a subgraph whose stream pours, and both of its ends. */
async function open() {
  let poured: { take: Parameters<Pour>[0]; end: Parameters<Pour>[1] } | undefined
  let returned = 0
  const stream = {
    next: () => Promise.reject(new Error('nobody pulls')),
    return: async () => {
      returned++
      return { done: true, value: undefined }
    },
    pour: (...[take, end]: Parameters<Pour>) => void (poured = { take, end }),
    [Symbol.asyncIterator]: () => stream,
  } as unknown as LocalStream
  const items: AttemptItem[] = []
  let room: Promise<void> | undefined
  let ended = 0
  const attempt = openLocalAttempt(
    { subscribe: async () => stream } as unknown as LocalSubgraph,
    { query: 'subscription { a }' },
    {},
    (item) => {
      items.push(item)
      return room
    },
    () => void ended++,
  )
  await turn()
  const event = (n: number): ExecutionResult => ({ data: { n } })
  return {
    attempt,
    items,
    event,
    take: (n: number) => poured!.take(event(n)),
    end: (error?: unknown) => poured!.end(error),
    full: () => void (room = turn() as Promise<void>),
    counts: () => ({ ended, returned }),
  }
}

describe('A stream in this process that pours', () => {
  test('passes its events on at once and in order, and is told where there is no room', async () => {
    const { take, items, event, full, end, counts } = await open()
    expect(take(1)).toBeUndefined()
    full()
    expect(take(2)).toBeInstanceOf(Promise)
    expect(items).toEqual([1, 2].map((n) => ({ kind: 'event', event: event(n) })))
    end()
    await turn()
    expect(items.at(-1)).toEqual({ kind: 'ended' })
    expect(counts().ended).toBe(1)
  })

  test.each([
    ['with a code is a refusal', codedError('RESUME', 'too slow'), 'refused'],
    ['without a code is a loss', new Error('secret'), 'lost'],
  ])('an end by an error %s', async (_, error, kind) => {
    const { end, items } = await open()
    end(error)
    await turn()
    expect(items).toMatchObject([{ kind }])
  })

  test('that is stopped passes on nothing more, and is closed', async () => {
    const { take, end, attempt, items, counts } = await open()
    void take(1)
    attempt.stop()
    void take(2)
    end(new Error('late'))
    await turn()
    expect(items).toHaveLength(1)
    expect(counts()).toEqual({ ended: 1, returned: 1 })
  })
})
