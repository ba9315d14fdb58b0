import { silentLog } from '../../../platform/log/log.ts'
import { openPool } from '../../../platform/sql/pool.ts'
import { makeChat } from '../../../subgraphs/chat/index.ts'
import { makePostgresMessages } from '../../../subgraphs/chat/messages/store/index.ts'
import { makeGroups } from '../../../subgraphs/groups/index.ts'
import { openChatWorld } from '../../support/chat.ts'
import { openPeople } from '../../support/people.ts'
import { describeWith } from '../../support/services.ts'
import { askSubgraph, succeed } from '../../support/subgraph.ts'

/** So that queries can go to a replica, which takes no writes. */
describeWith('postgres', 'Reading writes nothing', () => {
  test('every query is answered on connections that refuse to write, also of a group that nobody read before', async () => {
    await using world = await openChatWorld()
    const [alice, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(alice, bob)
    await world.send(alice, direct, 'Hello')
    const group = await world.group(alice, bob)

    const url = new URL(world.db.url)
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    await using database = await openPool(url.href, { max: 2, log: silentLog })
    await expect(database.query('delete from chat.conversations')).rejects.toThrow(/read-only/)
    await using people = openPeople(database)
    const { eventLog, bus, clock, node } = world
    const store = makePostgresMessages(database)
    const chat = askSubgraph(makeChat({ database, eventLog, store, bus, node, clock, log: silentLog }))
    const groups = askSubgraph(makeGroups({ database, eventLog, bus, clock, log: silentLog }))

    const conversation = `id kind lastSequence lastMessage { id text } participants { edges { node { id } } }
      messages { edges { node { id text sender { id } conversation { id } } } }`
    const seen = await succeed(
      chat(bob, `query ($id: ID!) { conversation(id: $id) { ${conversation} } }`, { id: group }),
    )
    expect(seen.conversation).toMatchObject({ id: group, kind: 'GROUP', lastSequence: 1 })
    const list = await succeed(chat(bob, `{ conversations { edges { node { ${conversation} } } } }`))
    expect(list.conversations.edges.map((edge: { node: { id: string } }) => edge.node.id).sort()).toEqual(
      [direct, group].sort(),
    )
    const read = 'query ($id: ID!) { group(id: $id) { id title members { edges { node { role user { id } } } } } }'
    expect((await succeed(groups(bob, read, { id: group }))).group.members.edges).toHaveLength(2)
    const user =
      'query ($id: ID!) { me { id address sessions { edges { node { id } } } } user(id: $id) { displayName } }'
    expect((await succeed(people.ask(bob, user, { id: alice.userId }))).me.id).toBe(bob.userId)
  })
})
