import { silentLog } from '../../../platform/log/log.ts'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { findFaults, findLostBodies } from '../consistency/check.ts'
import { removeExpired } from './job.ts'

describe.each(messageStores)('Disappearing messages, kept in %s,', (kind) => {
  describeWith(kind, 'and a world', () => {
    let world: ChatWorld
    beforeAll(async () => {
      world = await openWorldOn(kind)
    })
    afterAll(() => world[Symbol.asyncDispose]())
    afterEach(() => {
      world.clock.aheadMs = 0
    })

    const counted: number[] = []
    const metrics = { count: (_name: string, _labels?: object, by = 1) => void counted.push(by) }
    const job = () => removeExpired({ ...world, log: silentLog, metrics })
    const trySet = (as: Parameters<ChatWorld['ask']>[0], conversationId: string, seconds: number | null) =>
      world.ask(
        as,
        `mutation ($input: SetDisappearingTimerInput!) {
          setDisappearingTimer(input: $input) { conversation { disappearAfterSeconds } }
        }`,
        { input: { conversationId, seconds } },
      )
    const set = async (as: UserIdentity, id: string, seconds: number | null) =>
      (await succeed(trySet(as, id, seconds))).setDisappearingTimer.conversation.disappearAfterSeconds
    const history = async (as: UserIdentity, id: string) =>
      (
        await succeed(
          world.ask(
            as,
            `{ conversation(id: "${id}") { messages(first: 100) { edges { node {
              sequence type text content version expiresAt deletedAt deletedBy { id } mentions { everyone }
            } } } } }`,
          ),
        )
      ).conversation.messages.edges.map(({ node }: { node: object }) => node)
    const pair = async () => {
      const [alice, bob] = [await world.person(), await world.person()]
      return { alice, bob, id: await world.direct(alice, bob) }
    }

    test('a message takes the timer that holds when it is sent, and nothing of it is left when its time is over', async () => {
      const { alice, bob, id } = await pair()
      const acts = makeMessageActs(world)
      await acts.send(alice, id, { text: 'stays' })
      expect(await set(alice, id, 60)).toBe(60)
      const gone = await acts.send(alice, id, { text: 'secret one', mentions: { everyone: true } })
      await acts.edit(alice, gone.id, 'secret edited', { mentions: { everyone: true } })
      expect(await set(bob, id, null)).toBeNull()
      await acts.send(alice, id, { text: 'stays too' })
      expect(await history(bob, id)).toMatchObject([
        { text: 'stays', expiresAt: null },
        { type: 'SYSTEM', content: { event: 'DISAPPEARING_TIMER_SET', seconds: 60 }, expiresAt: null },
        { text: 'secret edited', version: 2, expiresAt: expect.any(String) },
        { type: 'SYSTEM', content: { event: 'DISAPPEARING_TIMER_SET', seconds: null } },
        { text: 'stays too', expiresAt: null },
      ])
      await job()
      expect(await history(bob, id)).toMatchObject([{}, {}, { text: 'secret edited' }, {}, {}])
      world.clock.aheadMs = 61_000
      await Promise.all([job(), job()])
      expect((await history(bob, id))[2]).toMatchObject({
        sequence: 3,
        text: '',
        version: 3,
        mentions: null,
        expiresAt: null,
        deletedAt: expect.any(String),
        deletedBy: null,
      })
      expect(counted.reduce((sum, by) => sum + by, 0)).toBe(1)
      const left = await world.database.query(
        `select payload from events.log where payload::text like '%secret%'
         union all select body from chat.versions where body::text like '%secret%'
         union all select to_jsonb(m) from chat.messages as m where m.text like '%secret%'`,
      )
      expect(left.rows).toEqual([])
      expect([...(await findFaults(world.database)), ...(await findLostBodies(world.database, world.store))]).toEqual(
        [],
      )
    })

    test('nobody reads a message whose time is over, also while the job is late, nor forwards it', async () => {
      const { alice, bob, id } = await pair()
      const acts = makeMessageActs(world)
      await set(alice, id, 60)
      world.clock.aheadMs = -120_000 // sent two minutes ago
      const message = await acts.send(alice, id, { text: 'late' })
      world.clock.aheadMs = 0
      expect(await acts.message(bob, message.id)).toMatchObject({ text: '', deletedAt: expect.any(String) })
      expect((await history(bob, id)).at(-1)).toMatchObject({ text: '', expiresAt: null })
      expect((await acts.trySend(bob, id, { forwardOfId: message.id })).codes).toEqual(['MESSAGE_DELETED'])
    })

    test('whoever has the inbox is told, once, and a device that resumes gets nothing of what it said', async () => {
      const { alice, bob, id } = await pair()
      await world.db.settled()
      const opened = await world.subscribe(bob)
      const { cursor } = await opened.next()
      await opened.close()
      await set(alice, id, 5)
      await world.send(alice, id, 'brief')
      world.clock.aheadMs = 6_000
      await job()
      await job()
      await world.send(alice, id, 'last')
      await world.db.settled()
      await using stream = await world.subscribe(bob, cursor)
      const events = [await stream.next(), await stream.next(), await stream.next(), await stream.next()]
      expect(events.map(({ __typename }) => __typename)).toEqual([
        'MessageReceived',
        'MessageReceived',
        'MessageDeleted',
        'MessageReceived',
      ])
      expect(JSON.stringify(events)).not.toContain('brief')
    })

    test('in a group its owner and admins may set the timer; strangers, former members, admins and nobody may not', async () => {
      const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const id = await world.group(alice, bob)
      expect(await set(alice, id, 3_600)).toBe(3_600) // the same call, allowed
      expect((await trySet(bob, id, 60)).codes).toEqual(['FORBIDDEN'])
      expect((await trySet(eve, id, 60)).codes).toEqual(['NOT_FOUND'])
      await world.remove(alice, id, bob)
      expect((await trySet(bob, id, 60)).codes).toEqual(['NOT_FOUND'])
      for (const who of [anonymous, admin]) expect((await trySet(who, id, 60)).codes).toEqual(['UNAUTHENTICATED'])
      for (const seconds of [4, 0, -1, 31_536_001])
        expect((await trySet(alice, id, seconds)).codes).toEqual(['BAD_USER_INPUT'])
      const before = (await history(alice, id)).length
      await set(alice, id, 3_600)
      expect(await history(alice, id)).toHaveLength(before)
    })

    test('where one of two users blocked the other, neither sets the timer', async () => {
      const { alice, bob, id } = await pair()
      await succeed(
        world.people.ask(bob, `mutation { blockUser(input: { userId: "${alice.userId}" }) { __typename } }`),
      )
      expect((await trySet(alice, id, 60)).codes).toEqual(['NOT_ACCEPTED'])
    })
  })
})
