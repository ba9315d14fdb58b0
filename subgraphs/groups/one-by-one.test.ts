import { eventually } from '../../test/support/eventually.ts'
import { makeOneByOne } from './one-by-one.ts'

const UNAVAILABLE = { extensions: { code: 'UNAVAILABLE' } }

/** Work that ends when it is told to. */
const held = () => {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  return { end, work: () => ended }
}

test('the work of one key runs one after the other, also after a failure; other keys do not wait', async () => {
  const take = makeOneByOne()
  const order: string[] = []
  const { end, work } = held()
  const first = take('a', async () => {
    await work()
    order.push('first')
    throw new Error('refused')
  })
  const second = take('a', async () => void order.push('second'))
  await take('b', async () => void order.push('other'))
  expect(order).toEqual(['other'])
  end()
  await expect(first).rejects.toThrow('refused')
  await second
  expect(order).toEqual(['other', 'first', 'second'])
})

test('beyond the limit, and after too long a wait, work is refused and does not run', async () => {
  const take = makeOneByOne({ maxWaiting: 2, maxWaitMs: 20 })
  const { end, work } = held()
  const ran: string[] = []
  const running = take('a', work)
  await eventually(() => true)
  const waiting = [1, 2].map((each) => take('a', async () => void ran.push(`${each}`)))
  await expect(take('b', async () => void ran.push('b'))).rejects.toMatchObject(UNAVAILABLE)
  const settled = Promise.allSettled(waiting)
  const begun = performance.now()
  await eventually(() => performance.now() - begun > 30)
  end()
  await running
  expect((await settled).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toMatchObject([
    UNAVAILABLE,
    UNAVAILABLE,
  ])
  expect(ran).toEqual([])
  await take('b', async () => void ran.push('free again'))
  expect(ran).toEqual(['free again'])
})
