import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '../test/support/eventually.ts'
import { startDeadline } from './deadline.ts'

test('the time in which the process did not run counts as one step', async () => {
  using deadline = startDeadline(500)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
  await turn()
  expect(deadline.signal.aborted).toBe(false)
  await eventually(() => expect(deadline.signal.aborted).toBe(true))
})

test('a deadline that is disposed never fires', async () => {
  const [kept, given] = [startDeadline(100), startDeadline(20)]
  given[Symbol.dispose]()
  await eventually(() => expect(kept.signal.aborted).toBe(true))
  expect(given.signal.aborted).toBe(false)
})
