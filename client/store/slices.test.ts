import { emptyState, type Ref, refOf, writeChanges } from '../cache/index.ts'
import { makeSlices } from './slices.ts'
import { kept, type Reader } from './track.ts'

const ref = (id: string) => refOf('Thing', id)

function open() {
  const state = emptyState()
  const slices = makeSlices(() => state)
  const write = (...changes: Parameters<typeof writeChanges>[1]) => {
    writeChanges(state, changes)
    slices.touch(changes.map((change) => ('list' in change ? change.list : 'merge' in change ? change.merge : '')))
  }
  const one = (id: string, made: string[] = []) =>
    slices.find(`one ${id}`, () => ({
      make: () => (reader: Reader) => {
        made.push(id)
        return { name: reader.entity(ref(id))?.['name'] ?? null }
      },
    }))
  return { state, slices, write, one }
}
const nothing = () => undefined

test('a listener is called when its part says something else, and for nothing else', () => {
  const { write, one } = open()
  const [called, made]: [string[], string[]] = [[], []]
  const a = one('a', made)
  one('b').watch(() => called.push('b'))
  a.watch(() => called.push('a'))
  const before = a.get()
  write({ merge: ref('a'), fields: { name: 'A' } })
  expect(called).toEqual(['a'])
  expect(a.get()).not.toBe(before)
  const after = a.get()
  const times = made.length
  // Not what it shows.
  write({ merge: ref('a'), fields: { color: 'red' } })
  write({ merge: ref('b'), fields: { name: 'B' } })
  expect([called, a.get() === after, made.length]).toEqual([['a', 'b'], true, times + 1])
})

test('a list makes only the views anew whose elements have changed, and keeps the others', () => {
  const { slices, write } = open()
  const made: Ref[] = []
  const list = slices.find('list', () => ({
    make: (viewsOf) => {
      const views = viewsOf((one, reader) => {
        made.push(one)
        const known = reader.entity(one)
        return known && { name: known['name'], friend: reader.entity(known['friend'] as Ref)?.['name'] }
      })
      return (reader: Reader) => views.all(reader.list('things') ?? [])
    },
  }))
  write(
    ...['a', 'b', 'c'].map((id) => ({ merge: ref(id), fields: { name: id, friend: ref('z') } })),
    { merge: ref('z'), fields: { name: 'z' } },
    { list: 'things', set: ['a', 'b', 'c'].map(ref) },
  )
  list.watch(nothing)
  const [a, b, c] = list.get()
  made.length = 0
  write({ merge: ref('b'), fields: { name: 'B' } })
  expect(made).toEqual([ref('b')])
  expect(list.get()[0]).toBe(a)
  expect(list.get()[1]).not.toBe(b)
  write({ list: 'things', remove: [ref('a')] })
  expect(list.get()).toHaveLength(2)
  expect(list.get()[1]).toBe(c)
  // What an element refers to counts as well.
  write({ merge: ref('z'), fields: { name: 'Z' } })
  expect(list.get()).toEqual([
    { name: 'B', friend: 'Z' },
    { name: 'c', friend: 'Z' },
  ])
})

test('a part that nobody watches is right when it is asked, and is forgotten after many others', () => {
  const { slices, write, one } = open()
  const a = one('a')
  expect(a.get()).toEqual({ name: null })
  write({ merge: ref('a'), fields: { name: 'A' } })
  expect(a.get()).toEqual({ name: 'A' })
  expect(one('a')).toBe(a)
  const stop = a.watch(nothing)
  for (let n = 0; n < 300; n++) one(String(n))
  expect(one('a')).toBe(a)
  stop()
  for (let n = 0; n < 300; n++) one(String(n))
  expect(one('a')).not.toBe(a)
  // Who holds it still has a part that works.
  const told = jest.fn()
  a.watch(told)
  write({ merge: ref('a'), fields: { name: 'again' } })
  expect(told).toHaveBeenCalledTimes(1)
  expect(slices.isWatched('one a')).toBe(true)
})

test('it is told when the first part is watched, and when none is', () => {
  const { slices, one } = open()
  const told: boolean[] = []
  slices.onUse((isUsed) => told.push(isUsed))
  const stops = [one('a').watch(nothing), one('a').watch(nothing), one('b').watch(nothing)]
  for (const stop of stops) {
    stop()
    stop()
  }
  expect(told).toEqual([true, false])
})

test('what says the same is the same object, also within', () => {
  const before = { list: [1, 2], deep: { name: 'a' }, other: 1 }
  expect(kept(before, { list: [1, 2], deep: { name: 'a' }, other: 1 })).toBe(before)
  const next = kept(before, { list: [1, 2], deep: { name: 'a' }, other: 2 })
  expect([next.list === before.list, next.deep === before.deep, next.other]).toEqual([true, true, 2])
  expect(kept<object>({ a: 1 }, {})).toEqual({})
})
