import { makeLoad } from './load.ts'

describe('The load of a shard', () => {
  test('takes one of each new key together, and of a known one as many as fit', () => {
    const load = makeLoad(10)
    expect(load.fitting(['a', 'b', null, null, 'c', 'a', 'd'])).toBe(5)
    load.begin('a', 4)()
    expect(load.fitting(['a', 'b', 'a', 'a', 'a'])).toBe(3)
    expect(load.fitting(['a', 'a', 'b', 'c', 'd'])).toBe(4)
  })

  test('takes what alone is too much alone', () => {
    const load = makeLoad(10)
    load.begin('huge', 1_000)()
    expect(load.fitting(['huge', 'huge'])).toBe(1)
    expect(load.fitting(['a', 'huge'])).toBe(1)
    expect(load.fitting([])).toBe(0)
  })

  test('waits until what is wanted fits beside what is under way, or nothing is', async () => {
    const load = makeLoad(10)
    const done: string[] = []
    const [first, second] = [load.begin('a', 6), load.begin('b', 4)]
    const waiting = load.room(['b']).then(() => done.push('room'))
    const huge = makeLoad(10)
    const end = huge.begin('huge', 1_000)
    const alone = huge.room(['huge']).then(() => done.push('alone'))
    await makeLoad(10).room(['whatever'])
    expect(done).toEqual([])
    first()
    await waiting
    end()
    await alone
    expect(done).toEqual(['room', 'alone'])
    second()
  })
})
