import { leavingOf, makeLeaving, type Leaving } from './leaving.ts'

interface Made {
  readonly leaving: Leaving
  leave(): void
}

describe.each<[string, () => Made]>([
  [
    'of a client',
    () => {
      const leaving = makeLeaving()
      return { leaving, leave: () => leaving.leave() }
    },
  ],
  [
    'of a signal',
    () => {
      const controller = new AbortController()
      return { leaving: leavingOf(controller.signal), leave: () => controller.abort() }
    },
  ],
])('the leaving %s', (_, make) => {
  test('every listener is told once, in order, however often it leaves', () => {
    const { leaving, leave } = make()
    const told: string[] = []
    leaving.add(() => void told.push('a'))
    leaving.add(() => void told.push('b'))
    expect([leaving.left, told]).toEqual([false, []])
    leave()
    leave()
    expect([leaving.left, told]).toEqual([true, ['a', 'b']])
  })

  test('a listener that was taken away is not told, and one that was added twice is told once', () => {
    const { leaving, leave } = make()
    const told: string[] = []
    const [a, b] = ['a', 'b'].map((name) => () => void told.push(name)) as [() => void, () => void]
    for (const listener of [a, b, b]) leaving.add(listener)
    leaving.delete(a)
    leave()
    expect(told).toEqual(['b'])
  })

  test('who listens after it left is not told', () => {
    const { leaving, leave } = make()
    leave()
    const late = jest.fn()
    leaving.add(late)
    leave()
    expect(late).not.toHaveBeenCalled()
  })

  test('the signal is always the same, and is aborted by the leaving, also when it is asked for afterwards', () => {
    const before = make()
    const { signal } = before.leaving
    expect(signal.aborted).toBe(false)
    before.leave()
    expect([signal.aborted, before.leaving.signal === signal]).toEqual([true, true])

    const after = make()
    after.leave()
    expect(after.leaving.signal.aborted).toBe(true)
  })
})
