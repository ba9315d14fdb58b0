import { ApolloClient, InMemoryCache } from '@apollo/client'
import fc from 'fast-check'
import { followInbox, parleyLink, typePolicies } from '../../../client/apollo/index.ts'
import type { Signed } from '../../support/app.ts'
import { breakable } from './breakable.ts'
import { compare, conversationIds, lists, type Shown, screensOf } from './documents.ts'
import type { Observer } from './observer.ts'
import { rehearsal } from './rehearsal.ts'
import { openWorld, play, type Step, step, type World } from './world.ts'

/** What the screens of an app with Apollo Client show from its cache is what a fresh fetch would show, whatever is done. */
jest.setTimeout(600_000)

/** Fixed, so that each run of the suite is the same; `INBOX_STATE_SEED` tries others. */
const SEED = 11
const MOST_STEPS = 120

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
})

/** Requests for screens, by the followers: what an event could not tell. */
let asked: string[]
const failures: unknown[] = []

/** Some answers have a part that its viewer may no longer see. */
const errorPolicy = 'all'

const makeClient = (app: Signed['app']) =>
  new ApolloClient({
    cache: new InMemoryCache({ typePolicies }),
    link: parleyLink(app),
  })

async function openScreens(person: Signed): Promise<Observer> {
  const broken = breakable(person.app)
  const counted: Signed['app'] = {
    ...person.app,
    query: (document, variables, options) => {
      const [operation] = document.definitions
      asked.push(`${'name' in operation! ? operation.name?.value : ''}`)
      return person.app.query(document, variables, options)
    },
  }
  const client = makeClient(counted)
  const following = followInbox({
    client,
    app: broken.app,
    userId: person.userId,
    onLoadFailed: (error) => failures.push(error),
  })
  following.ended.catch((error: unknown) => failures.push(error))
  const watched = new Map<string, { readonly screen: Shown; readonly stop: () => void }>()
  const watch = (screen: Shown) => {
    if (watched.has(screen.name)) return
    const subscription = client
      .watchQuery({ query: screen.document, variables: screen.variables, errorPolicy })
      .subscribe({})
    watched.set(screen.name, { screen, stop: () => subscription.unsubscribe() })
  }
  for (const screen of lists) watch(screen)

  return {
    isOpen: broken.isOpen,
    open: () => void broken.set(true),
    drop: () => broken.set(false),
    async differences() {
      expect(failures).toEqual([])
      const wrong: string[] = []
      const fetch = async ({ document, variables, name }: Shown) => {
        const { data } = await makeClient(person.app).query({ query: document, variables, errorPolicy })
        const have = client.readQuery({ query: document, variables })
        wrong.push(...compare(have, data, name))
        return data
      }
      for (const screen of lists) {
        // Whoever sees a conversation opens it.
        for (const id of conversationIds(await fetch(screen))) screensOf(id).forEach(watch)
      }
      const others = [...watched.values()].filter(({ screen }) => !lists.includes(screen))
      for (const { screen } of others) await fetch(screen)
      return wrong
    },
    async close() {
      for (const { stop } of watched.values()) stop()
      await following[Symbol.asyncDispose]()
      client.stop()
    },
  }
}

async function playAll(steps: readonly Step[]): Promise<void> {
  asked = []
  const followers = await Promise.all(world.watching.map(openScreens))
  await play(world, steps, { followers, askers: [] })
  // Beside the two questions of each screen, before and after the stream is open, nobody asks for what events tell.
  const told = ['Conversations', 'Account', 'Contacts'].map((name) => [
    name,
    asked.filter((one) => one === name).length,
  ])
  expect(Object.fromEntries(told)).toEqual({ Conversations: 40, Account: 8, Contacts: 8 })
}

test('after each kind of act, the screens show from the cache what a fresh fetch shows', async () => {
  await playAll(rehearsal)
})

test('they do after whatever is done, by streams that break', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 80, maxLength: MOST_STEPS, size: 'max' }), playAll), {
    numRuns: 1,
    seed: Number(process.env['INBOX_STATE_SEED'] ?? SEED),
    endOnFailure: true,
  })
})
