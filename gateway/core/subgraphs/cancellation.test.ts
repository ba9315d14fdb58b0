import { cancellationOf, makeCancellation, type Cancellation } from './cancellation.ts'

interface Made {
  readonly cancellation: Cancellation
  leave(): void
}

describe.each<[string, () => Made]>([
  [
    'of a client',
    () => {
      const cancellation = makeCancellation()
      return { cancellation, leave: () => cancellation.cancel() }
    },
  ],
  [
    'of a signal',
    () => {
      const controller = new AbortController()
      return { cancellation: cancellationOf(controller.signal), leave: () => controller.abort() }
    },
  ],
])('the cancellation %s', (_, make) => {
  test('every listener is told once, in order, however often it leaves', () => {
    const { cancellation, leave } = make()
    const told: string[] = []
    cancellation.add(() => void told.push('a'))
    cancellation.add(() => void told.push('b'))
    expect([cancellation.cancelled, told]).toEqual([false, []])
    leave()
    leave()
    expect([cancellation.cancelled, told]).toEqual([true, ['a', 'b']])
  })

  test('a listener that was taken away is not told, and one that was added twice is told once', () => {
    const { cancellation, leave } = make()
    const told: string[] = []
    const [a, b] = ['a', 'b'].map((name) => () => void told.push(name)) as [() => void, () => void]
    for (const listener of [a, b, b]) cancellation.add(listener)
    cancellation.delete(a)
    leave()
    expect(told).toEqual(['b'])
  })

  test('who listens after it left is not told', () => {
    const { cancellation, leave } = make()
    leave()
    const late = jest.fn()
    cancellation.add(late)
    leave()
    expect(late).not.toHaveBeenCalled()
  })

  test('the signal is always the same, and is aborted by the cancellation, also when it is asked for afterwards', () => {
    const before = make()
    const { signal } = before.cancellation
    expect(signal.aborted).toBe(false)
    before.leave()
    expect([signal.aborted, before.cancellation.signal === signal]).toEqual([true, true])

    const after = make()
    after.leave()
    expect(after.cancellation.signal.aborted).toBe(true)
  })
})
