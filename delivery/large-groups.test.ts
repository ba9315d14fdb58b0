import { kinds } from '../test/support/kinds.ts'
import { openWorld } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { MAX_RECIPIENTS } from './load.ts'

const MEMBERS = 5_000
const MESSAGES = 30

describeWith('postgres', 'A backlog of a large group', () => {
  test('is looked up in parts that fit in memory, and reaches everybody in order', async () => {
    await using world = await openWorld({ shards: 1 })
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const group = await world.group('Many', alice, bob, carol)
    await world.database.query(
      `insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
       select $1::uuid, gen_random_uuid(), 'MEMBER', now(), 0, '0', n from generate_series(1, $2::int) as n`,
      [group, MEMBERS - 3],
    )
    const node = await world.startNode()
    const got = await node.stream(bob)
    const sent = Array.from({ length: MESSAGES }, (_, n) => `message ${n}`)
    for (const text of sent) await world.send(group, alice, text)

    /** Each of the three who joined by an event of their own was announced to all who were there by then. */
    const joins = 3 * (MEMBERS - 3) + 1 + 2 + 3
    const found: number[] = []
    await world.startProcess({
      kinds: {
        ...kinds,
        // As if each message changed the members: a backlog of one group is otherwise looked up once.
        steadyAudience: () => null,
        recipients: async (sql, events) => {
          const recipients = await kinds.recipients(sql, events)
          found.push(recipients.flat().length)
          return recipients
        },
      },
    })
    await eventually(() => expect(got).toEqual(sent))
    await eventually(() => expect(world.pushesTo(carol)).toHaveLength(MESSAGES))
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(MESSAGES * MEMBERS + joins)
    expect(Math.max(...found)).toBeLessThanOrEqual(MAX_RECIPIENTS)
    expect(found[0]).toBe(MEMBERS - 2)
  })
})
