import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema, isInterfaceType } from 'graphql'
import { assetPath } from '../../../platform/assets.ts'
import { eventually } from '../../support/eventually.ts'
import { perform } from './acts.ts'
import { type Asker, type Observer, openObserver } from './observer.ts'
import { rehearsal } from './rehearsal.ts'
import { openStoreObserver } from './store-observer.ts'
import { openWorld, play, type Step, step, type World } from './world.ts'

/**
 * What a client knew, and the events that came since, say the same as a fresh fetch: for every kind of event, whatever is
 * done, by streams that break and resume, and by clients that only ask now and then.
 */
jest.setTimeout(600_000)

/** Fixed, so that each run of the suite is the same; `INBOX_STATE_SEED` tries others. */
const SEED = 7
const RUNS = 2
const MOST_STEPS = 120

let world: World
const seen = new Set<string>()

beforeAll(async () => {
  world = await openWorld()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
})

async function playAll(steps: readonly Step[]): Promise<void> {
  const followers: Observer[] = []
  const askers: Asker[] = []
  for (const person of world.watching) {
    followers.push(await openObserver(person, seen), await openStoreObserver(person))
    askers.push(await openObserver(person, seen))
  }
  await play(world, steps, { followers, askers })
}

test('after each kind of act, a state and the events that came since say what a fresh fetch says', async () => {
  await playAll(rehearsal)
  const schema = buildSchema(readFileSync(assetPath('schema/api.graphql'), 'utf8'), { assumeValidSDL: true })
  const event = schema.getType('InboxEvent')
  if (!isInterfaceType(event)) throw new Error('InboxEvent is no interface.')
  const kinds = schema.getImplementations(event).objects.map(({ name }) => name)
  // Who types is told only to open streams, and while it happens.
  expect(kinds.filter((name) => !seen.has(name) && name !== 'TypingChanged')).toEqual([])
})

// Before anybody has blocked others, or lets nobody add them to groups, by chance.
test('who types is told to an open stream', async () => {
  const other = world.watching[1]!
  const follower = await openObserver(other, seen)
  follower.open()
  try {
    const numbers = { by: 0, to: 0, at: 0, flag: true }
    await perform('createGroup', world.stage, numbers)
    await eventually(async () => {
      await perform('startTyping', world.stage, numbers)
      await perform('stopTyping', world.stage, numbers)
      return seen.has('TypingChanged')
    })
  } finally {
    await follower.close()
  }
})

test('a state and its events say so after whatever is done, by streams that break, and by clients that ask now and then', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 80, maxLength: MOST_STEPS, size: 'max' }), playAll), {
    numRuns: RUNS,
    seed: Number(process.env['INBOX_STATE_SEED'] ?? SEED),
    // The world goes on from run to run: a smaller example would be played in another one.
    endOnFailure: true,
  })
})
