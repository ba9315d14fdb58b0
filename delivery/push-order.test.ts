import { makePushOrder } from './push-order.ts'

const at = (n: number) => ({ event: `1:700:${n}` })
const open = () => {
  const order = makePushOrder()
  const overtaken: string[] = []
  const enter = (decision: Parameters<typeof order.enter>[1], name = 'phone chat') =>
    order.enter(name, decision, () => overtaken.push(decision.event ?? 'nothing'))
  return { order, overtaken, enter }
}

test('the later event takes the place, also if its push came first', () => {
  const { enter, overtaken } = open()
  const [ten, nine, other] = [enter(at(10)), enter(at(9)), enter(at(1), 'tablet chat')]
  expect([ten, nine, other].map((place) => place.isSuperseded())).toEqual([false, true, false])
  const eleven = enter(at(11))
  expect([ten, eleven].map((place) => place.isSuperseded())).toEqual([true, false])
  expect(overtaken).toEqual(['1:700:9', '1:700:10'])
})

test('a push that comes again takes no place, and keeps none from the first one', () => {
  const { enter, overtaken } = open()
  const [first, again] = [enter(at(2)), enter(at(2))]
  expect(overtaken).toEqual([])
  first.shown()
  first.leave()
  expect([first, again].map((place) => place.isSuperseded())).toEqual([false, false])
})

test('after a later one was shown an earlier one is of no use, until that is taken away', () => {
  const { order, enter } = open()
  const later = enter(at(5))
  later.shown()
  later.leave()
  const earlier = enter(at(4))
  expect(earlier.isSuperseded()).toBe(true)
  order.takenAway('phone chat')
  expect(earlier.isSuperseded()).toBe(false)
})

test('one that ended without being shown makes room for an earlier one', () => {
  const { enter } = open()
  enter(at(5)).leave()
  expect(enter(at(4)).isSuperseded()).toBe(false)
})

test('without positions the last that came is the latest, and a parked one is older than all', () => {
  const { enter } = open()
  const [one, two, parked] = [enter({ event: 'one' }), enter({}), enter({ event: 'three', parks: 1 })]
  expect([one, two, parked].map((place) => place.isSuperseded())).toEqual([true, false, true])
})
