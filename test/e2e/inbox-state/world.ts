import fc from 'fast-check'
import { signInAt, type Signed } from '../../support/app.ts'
import { createDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, startProgram } from '../../support/program.ts'
import { acts, type Drawn, perform, type Stage } from './acts.ts'
import type { Asker, Observer } from './observer.ts'

const PEOPLE = 4

export interface World extends AsyncDisposable {
  readonly url: string
  readonly stage: Stage
  /** The devices that only look, one for each person. */
  readonly watching: readonly Signed[]
  /** Resolves when nothing is left to be delivered. */
  settled(): Promise<void>
}

/** A running server, and people who act on it. */
export async function openWorld(): Promise<World> {
  const database = await createDatabase({ max: 2 })
  const folder = await makeFolder()
  const program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_ANONYMOUS_BURST: '100000',
    OTP_CLIENT_PER_HOUR: '10000',
    RATE_USER_BURST: '100000',
  })
  const url = program.banner('GraphQL')
  const addresses = Array.from({ length: PEOPLE }, (_, n) => `person-${n}@example.org`)
  const device = (n: number) => signInAt(url, folder.path, `Person ${n}`, addresses[n]!)
  const people: Signed[] = []
  const watching: Signed[] = []
  for (const n of addresses.keys()) {
    people.push(await device(n))
    watching.push(await device(n))
  }
  const extra: Stage['extra'] = []
  return {
    url,
    watching,
    stage: {
      people,
      extra,
      async signInAgain(n) {
        const added = await device(n)
        extra.push({ person: n, sessionId: added.session.id })
        await added.app[Symbol.asyncDispose]()
      },
      conversations: [],
      messages: [],
      scheduled: [],
      codes: new Map(),
    },
    settled: () => database.settled(),
    async [Symbol.asyncDispose]() {
      for (const { app } of [...people, ...watching]) await app[Symbol.asyncDispose]()
      await program[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

export type Step = Drawn & { readonly act: string }

const drawn = { by: fc.nat(PEOPLE - 1), to: fc.nat(60), at: fc.nat(30), flag: fc.boolean() }

export const step: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(acts).map(([act, [weight]]) => ({
    weight: Math.ceil(weight * 10),
    arbitrary: fc.record({ act: fc.constant(act), ...drawn }),
  })),
  // A stream breaks or comes back, a client asks, and all is looked at.
  { weight: 60, arbitrary: fc.record({ act: fc.constant('toggle'), ...drawn }) },
  { weight: 30, arbitrary: fc.record({ act: fc.constant('ask'), ...drawn }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('check'), ...drawn }) },
)

interface Audience {
  /** They hear of everything by a stream: as many for each person. */
  readonly followers: readonly Observer[]
  /** By person; they ask now and then. */
  readonly askers: readonly Asker[]
}

/** Acts, and at each `check` compares what everybody knows with what they would fetch. */
export async function play(
  { stage, settled }: World,
  steps: readonly Step[],
  { followers, askers }: Audience,
): Promise<void> {
  for (const follower of followers) follower.open()
  const done: string[] = []

  const check = async () => {
    await settled()
    for (const asker of askers) {
      await asker.catchUp()
      expect({ done, wrong: await asker.differences() }).toEqual({ done, wrong: [] })
    }
    for (const follower of followers) {
      follower.open()
      // The store asks for unread counts again when it has been quiet for a while.
      await eventually(
        async () => expect({ done, wrong: await follower.differences() }).toEqual({ done, wrong: [] }),
        30_000,
      )
    }
  }
  try {
    for (const { act, ...numbers } of steps) {
      if (act === 'check') await check()
      else if (act === 'ask') await askers[numbers.by]?.catchUp()
      else if (act === 'toggle') {
        const each = followers.length / PEOPLE
        const follower = followers[each * numbers.by + (numbers.to % each)]!
        if (follower.isOpen()) await follower.drop()
        else follower.open()
      } else if (await perform(act, stage, numbers)) done.push(`${act} ${JSON.stringify(numbers)}`)
    }
    await check()
  } finally {
    for (const follower of followers) await follower.close()
  }
}
