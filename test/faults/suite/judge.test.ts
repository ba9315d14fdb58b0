import type { Answer, Heard, History, Person, Pushed, Sent } from './history.ts'
import { judge } from './judge.ts'

const ROOM = 'room'

const answer = (number: number): Answer => ({ messageId: `m${number}`, sequence: number, at: number * 100 + 50 })
const sent = (number: number, changes: Partial<Sent> = {}): Sent => ({
  sender: 'ada',
  conversation: ROOM,
  text: `text ${number}`,
  startedAt: number * 100,
  retries: 0,
  answers: [answer(number)],
  ...changes,
})
const heard = (number: number, changes: Partial<Heard> = {}): Heard => ({
  ...answer(number),
  conversation: ROOM,
  text: `text ${number}`,
  at: number * 100 + 60,
  ...changes,
})
const person = (name: string, messages: readonly Heard[], online = true): Person => ({
  name,
  deviceId: `${name}'s phone`,
  online,
  heard: [...messages],
})
const push = (name: string, number: number): Pushed => ({ deviceId: `${name}'s phone`, messageId: `m${number}` })

/** Ada sends three messages; Bob is online, and Eve offline. */
const good: History = {
  sends: [sent(1), sent(2, { retries: 2 }), sent(3)],
  members: new Map([[ROOM, ['ada', 'bob', 'eve']]]),
  people: [
    person('ada', [heard(1), heard(2), heard(3)]),
    person('bob', [heard(1), heard(2), heard(3)]),
    person('eve', [heard(1), heard(2), heard(3)], false),
  ],
  decisions: [push('eve', 1), push('eve', 2), push('eve', 3)],
  provided: [push('eve', 3)],
}
const [ada, bob, eve] = good.people as [Person, Person, Person]
const withBob = (messages: readonly Heard[]): History => ({ ...good, people: [ada, person('bob', messages), eve] })

const NOTHING = { lost: 0, doubled: 0, swapped: 0, strange: 0, undecided: 0, pushedTwice: 0 }

test('a run without a fault is judged so, with its figures', () => {
  expect(judge(good)).toEqual({
    ...NOTHING,
    sends: 3,
    acknowledged: 3,
    retries: 2,
    extraPushes: 0,
    extraByReason: new Map(),
    worstGapMs: 100,
    slowestMs: 10,
    faults: [],
  })
})

test('a message that a recipient did not get is lost', () => {
  expect(judge(withBob([heard(1), heard(3)]))).toMatchObject({ ...NOTHING, lost: 1, faults: [expect.any(String)] })
  // Also one that is back online at the end.
  const history = { ...good, people: [ada, bob, person('eve', [heard(1), heard(2)], false)] }
  expect(judge(history)).toMatchObject({ ...NOTHING, lost: 1 })
})

test('a message that was not acknowledged may be nowhere, but not only with some', () => {
  const unanswered = { ...good, sends: [sent(1), sent(2), sent(3, { answers: [] })] }
  const people = good.people.map((one) => ({ ...one, heard: one.heard.slice(0, 2) }))
  const nowhere = { ...unanswered, people, provided: [push('eve', 2)] }
  expect(judge(nowhere)).toMatchObject({ ...NOTHING, acknowledged: 2 })
  expect(judge(unanswered)).toMatchObject({ ...NOTHING, acknowledged: 2 })
  expect(judge({ ...unanswered, people: [ada, person('bob', [heard(1), heard(2)]), eve] })).toMatchObject({
    ...NOTHING,
    lost: 1,
  })
})

test('a message that a recipient got twice is doubled, wherever the second one came', () => {
  expect(judge(withBob([heard(1), heard(1), heard(2), heard(3)]))).toMatchObject({ ...NOTHING, doubled: 1 })
  expect(judge(withBob([heard(1), heard(2), heard(3), heard(1)]))).toMatchObject({ ...NOTHING, doubled: 1 })
})

test('a retry that stored the message once more is doubled', () => {
  const twice = { ...good, sends: [sent(1, { answers: [answer(1), answer(4)] }), sent(2), sent(3)] }
  const people = good.people.map((one) => ({ ...one, heard: [...one.heard, heard(4, { text: 'text 1' })] }))
  const decisions = [...good.decisions, push('eve', 4)]
  const provided = [push('eve', 4)]
  expect(judge({ ...twice, people, decisions, provided })).toMatchObject({ ...NOTHING, doubled: 1 })
})

test('a message that a recipient got before an earlier one is swapped', () => {
  expect(judge(withBob([heard(1), heard(3), heard(2)]))).toMatchObject({ ...NOTHING, swapped: 1 })
})

test('a message that is numbered before one that was answered before it was sent is swapped', () => {
  const sends = [
    sent(1),
    sent(2, { startedAt: 300, answers: [{ ...answer(2), at: 350 }] }),
    sent(3, { startedAt: 200 }),
  ]
  expect(
    judge({ ...good, sends: [sends[0]!, sends[1]!, { ...sends[2]!, answers: [{ ...answer(3), at: 250 }] }] }),
  ).toMatchObject({ ...NOTHING, swapped: 1 })
  // Two that were sent at the same time have any order.
  expect(
    judge({ ...good, sends: [sends[0]!, sends[1]!, { ...sends[2]!, answers: [{ ...answer(3), at: 400 }] }] }),
  ).toMatchObject(NOTHING)
})

test('a message that nobody sent, that changed, or that came to a stranger is strange', () => {
  expect(judge(withBob([heard(1), heard(2), heard(3), heard(4)]))).toMatchObject({ ...NOTHING, strange: 1 })
  expect(judge(withBob([heard(1), heard(2, { sequence: 9 }), heard(3)]))).toMatchObject({ strange: 1 })
  expect(judge(withBob([heard(1), heard(2, { conversation: 'other' }), heard(3)]))).toMatchObject({ strange: 2 })
  expect(judge({ ...good, people: [...good.people, person('mallory', [heard(2)])] })).toMatchObject({ strange: 1 })
})

test('a message without a push decision for somebody offline is undecided', () => {
  expect(judge({ ...good, decisions: good.decisions.slice(1) })).toMatchObject({ ...NOTHING, undecided: 1 })
  // Nobody gets a push of what they sent themselves.
  expect(
    judge({ ...good, sends: [sent(1, { sender: 'eve' }), sent(2), sent(3)], decisions: good.decisions.slice(1) }),
  ).toMatchObject(NOTHING)
})

test('the last message of a conversation is pushed to whoever is offline, whatever became of those before', () => {
  expect(judge({ ...good, provided: [push('eve', 2)] })).toMatchObject({ ...NOTHING, undecided: 1 })
  // Nobody gets a push of what they sent themselves: then the one before is the last.
  const own = { ...good, sends: [sent(1), sent(2), sent(3, { sender: 'eve' })], decisions: good.decisions.slice(0, 2) }
  expect(judge({ ...own, provided: [push('eve', 2)] })).toMatchObject(NOTHING)
  expect(judge({ ...own, provided: [push('eve', 1)] })).toMatchObject({ ...NOTHING, undecided: 1 })
})

test('two decisions on a push, or two pushes, are one too many', () => {
  expect(judge({ ...good, decisions: [...good.decisions, push('eve', 2)] })).toMatchObject({
    ...NOTHING,
    pushedTwice: 1,
  })
  expect(judge({ ...good, provided: [push('eve', 3), push('eve', 3)] })).toMatchObject({ ...NOTHING, pushedTwice: 1 })
})

test('a push beside a live delivery is counted, and is no fault', () => {
  expect(judge({ ...good, decisions: [...good.decisions, { ...push('bob', 2), reason: 'UNREACHED' }] })).toMatchObject({
    ...NOTHING,
    extraPushes: 1,
    extraByReason: new Map([['UNREACHED', 1]]),
    faults: [],
  })
})

test('the worst gap is that of all deliveries together, and the slowest delivery counts from its answer', () => {
  const late = withBob([heard(1), heard(2), heard(3, { at: 1_360 })])
  expect(judge(late)).toMatchObject({ worstGapMs: 1_000, slowestMs: 1_010 })
  // What somebody offline gets at the end is not late.
  const history = {
    ...good,
    people: [
      ada,
      bob,
      person(
        'eve',
        eve.heard.map((one) => ({ ...one, at: 9_000 })),
        false,
      ),
    ],
  }
  expect(judge(history)).toMatchObject({ worstGapMs: 100, slowestMs: 10 })
})
