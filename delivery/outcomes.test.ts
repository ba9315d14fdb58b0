import { comparePositions } from '../platform/eventlog/position.ts'
import { openWorld, type Person, type Sent, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { silentMeter, type Meter } from './meter.ts'

/** What one process counted, by device. */
function makeTally() {
  const tally = { addressed: 0, reached: 0, pushed: 0, refused: 0, withheld: 0 }
  const rules = new Set<string>()
  const meter: Meter = {
    ...silentMeter,
    addressed: (devices) => void (tally.addressed += devices),
    reached: (devices) => void (tally.reached += devices),
    pushed: (_, devices) => void (tally.pushed += devices),
    refused(rule) {
      tally.refused++
      rules.add(rule)
    },
    withheld(rule, devices) {
      tally.withheld += devices
      rules.add(rule)
    },
  }
  const outcomes = () => tally.reached + tally.pushed + tally.refused + tally.withheld
  return { tally, rules, meter, outcomes }
}

/** The same at each run. */
const random = (
  (seed: number) => () =>
    (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
)(7)

describeWith(
  'postgres',
  'Each device of a recipient ends as exactly one of reached, pushed and withheld by a named rule',
  () => {
    let world: World
    afterEach(() => world[Symbol.asyncDispose]())

    /** `notify, previews, quiet_from, quiet_to` */
    const set = (person: Person, settings: string) =>
      world.database.query(
        `insert into users.setting (user_id, notify, previews, quiet_from, quiet_to) select $1::uuid, ${settings}`,
        [person.userId],
      )
    const mute = (person: Person, conversationId: string) =>
      world.database.query(
        `insert into chat.preferences (user_id, conversation_id, muted_until) values ($1::uuid, $2::uuid, 'infinity')`,
        [person.userId, conversationId],
      )
    const done = (sent: readonly Sent[]) =>
      eventually(async () => {
        const saved = await Promise.all(sent.map(({ shard }) => world.savedPosition(`shard-${shard}`)))
        return sent.every(({ position }, at) => comparePositions(saved[at]!, position) >= 0)
      }, 30_000)

    /** Ten people with one to three devices, of whom some are online on some, in groups that some of them muted. */
    const load = async () => {
      world = await openWorld()
      const people: Person[] = []
      for (let n = 0; n < 10; n++) people.push(await world.person(`Person ${n}`, 1 + (n % 3)))
      const groups = [
        await world.group('All', ...people),
        await world.group('Some', ...people.slice(0, 6)),
        await world.conversation(people[0]!, people[1]!),
      ]
      await mute(people[2]!, groups[0]!)
      await mute(people[3]!, groups[1]!)
      await set(people[4]!, `'NONE', true, null, null`)
      await set(people[8]!, `'ALL', true, '00:00', '23:59'`)
      const node = await world.startNode()
      for (const n of [0, 2, 4, 5, 7]) await node.stream(people[n]!, people[n]!.devices[0])
      const members = [people, people.slice(0, 6), people.slice(0, 2)]
      const send = async (messages: number, act: (at: number) => unknown = () => {}) => {
        const sent: Sent[] = []
        for (let at = 0; at < messages; at++) {
          await act(at)
          const chosen = Math.floor(random() * groups.length)
          const sender = members[chosen]![Math.floor(random() * members[chosen]!.length)]!
          sent.push(await world.send(groups[chosen]!, sender, `message ${at}`))
        }
        return sent
      }
      return { people, node, send }
    }

    test('under a random load of people who are online, offline, deaf, muted, and who sign out', async () => {
      const { people, node, send } = await load()
      const { tally, rules, meter, outcomes } = makeTally()
      await world.startProcess({ meter })
      const sent = await send(60, async (at) => {
        node.faults.deaf = at % 20 >= 15
        if (at === 40) {
          await world.database.query('update users.session set revoked_at = now() where user_id = $1::uuid', [
            people[5]!.userId,
          ])
        }
      })
      await done(sent)
      await eventually(() => expect(outcomes()).toBe(tally.addressed))
      expect(tally.addressed).toBeGreaterThan(500)
      for (const count of Object.values(tally)) expect(count).toBeGreaterThan(0)
      expect([...rules]).toEqual(expect.arrayContaining(['sender', 'MUTED', 'NOTIFICATIONS_OFF']))
    })

    test('by whoever takes over from a process that dies: it counts all devices of what was not done', async () => {
      const { send } = await load()
      const first = makeTally()
      const mortal = await world.startMortal({ meter: first.meter }, { afterCalls: 60 })
      const sent = await send(20)
      await mortal.dead
      const second = makeTally()
      await world.startProcess({ meter: second.meter })
      await done(sent)
      await eventually(() => expect(second.outcomes()).toBe(second.tally.addressed))
      expect(second.tally.addressed).toBeGreaterThan(0)
      expect(first.outcomes()).toBeLessThanOrEqual(first.tally.addressed)
    })
  },
)
