import { note, say, shown, table } from '../report.ts'
import type { Postgres } from '../postgres.ts'
import { startWatches } from '../../../subgraphs/users/presence/watches.ts'
import { makeTyping } from '../../../subgraphs/chat/typing/typing.ts'
import { inBatches } from './fan-out.ts'
import { openWorld, until, type Cost, type User } from './world.ts'

/** The largest group in which typing is told. */
const GROUP = 200
/** How many others watch each user. */
const WATCHERS = 10
const GRACE_MS = 200

/** Typing in groups and pairs, and coming and leaving, with so many users online on one node. */
export async function measurePassing(postgres: Postgres, count: number): Promise<void> {
  await using world = await openWorld(postgres)
  note(`${count} users come`)
  const users = await world.users(count)
  let got = 0
  const leave = await inBatches(users, (user) => world.stream(user, () => got++))
  const rows: string[][] = []
  const add = (what: string, events: number, told: number, { program, postgres }: Cost) => {
    const each = `${shown(program / events)} + ${shown(postgres / events)}`
    const perTold = told > 0 ? shown((program + postgres) / (events * told)) : '–'
    rows.push([what, String(events), String(told), each, shown((program + postgres) / events), perTold])
  }

  for (const size of [2, GROUP]) {
    note(`typing in groups of ${size}`)
    const groups: { id: string; members: User[] }[] = []
    for (let at = 0; at + size <= Math.min(count, size === 2 ? 2_000 : count); at += size) {
      const members = users.slice(at, at + size)
      groups.push({ id: await world.group(members), members })
    }
    const typing = makeTyping(world)
    const type = (nth: number) => async () => {
      const target = got + groups.length * (size - 1)
      await inBatches(groups, ({ id, members }) => typing.start({ ...members[nth]!, kind: 'user', sessionId: '' }, id))
      await until(() => got >= target)
    }
    await type(0)()
    add(`typing in a group of ${size}`, groups.length, size - 1, await world.measure(type(1)))
  }

  note('presence')
  await using watches = startWatches(world, { graceMs: GRACE_MS })
  let told = 0
  for (let at = 0; at < count; at += WATCHERS) {
    const circle = users.slice(at, at + WATCHERS).map(({ userId }) => userId)
    for (const viewer of circle) {
      const watch = await watches.open(viewer, circle)
      void (async () => {
        for await (const changes of watch) told += changes.length
      })()
    }
  }
  await until(() => told >= count * WATCHERS)
  // One of each circle leaves, and comes back.
  const going = users.map((user, at) => ({ user, at })).filter(({ at }) => at % WATCHERS === 0)
  const change = async (work: () => Promise<unknown>) => {
    const target = told + going.length * WATCHERS
    await work()
    await until(() => told >= target)
  }
  const leaving = await world.measure(() => change(() => inBatches(going, ({ at }) => leave[at]!())))
  add('a user leaves', going.length, WATCHERS, leaving)
  const coming = await world.measure(() =>
    change(() => inBatches(going, ({ user }) => world.stream(user, () => got++))),
  )
  add('a user comes', going.length, WATCHERS, coming)

  say(`### Typing and presence, with ${count} users online`)
  say()
  table(
    ['event', 'events', 'told', 'program + PostgreSQL an event', 'CPU-ms an event', 'CPU-ms a user who is told'],
    rows,
  )
}
