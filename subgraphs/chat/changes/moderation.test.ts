import type { Identity } from '../../../platform/signature/identity.ts'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { findFaults, findLostBodies } from '../consistency/check.ts'
import { eraseOnce } from '../erasure/job.ts'
import { silentLog } from '../../../platform/log/log.ts'

const otherAdmin: Identity = { kind: 'admin', adminId: 'other', roles: ['other'] }

describe.each(messageStores)('What moderators can do, in %s:', (kind) => {
  describeWith(kind, 'earlier versions', () => {
    let world: ChatWorld
    let acts: ReturnType<typeof makeMessageActs>
    beforeAll(async () => {
      world = await openWorldOn(kind)
      acts = makeMessageActs(world)
    })
    afterAll(async () => {
      expect(await findFaults(world.database)).toEqual([])
      expect(await findLostBodies(world.database, world.store)).toEqual([])
      await world[Symbol.asyncDispose]()
    })

    const tryVersions = (by: Parameters<ChatWorld['ask']>[0], messageId: string, args: object = {}) =>
      world.ask(
        by,
        `query ($messageId: ID!, $first: Int, $after: String) {
          messageVersions(messageId: $messageId, first: $first, after: $after) {
            edges { node { version text content mentions { userIds } } }
            pageInfo { hasNextPage endCursor }
          }
        }`,
        { messageId, ...args },
      )
    const versions = async (by: Parameters<ChatWorld['ask']>[0], messageId: string): Promise<[number, string][]> =>
      (await succeed(tryVersions(by, messageId))).messageVersions.edges.map(
        ({ node }: { node: { version: number; text: string } }) => [node.version, node.text],
      )
    const tryPurge = (by: Parameters<ChatWorld['ask']>[0], messageId: string) =>
      world.ask(by, 'mutation ($id: ID!) { purgeMessage(input: { messageId: $id }) { messageId } }', { id: messageId })
    const people = () => Promise.all([world.person(), world.person(), world.person()])
    const everythingIn = async () => {
      const { rows } = await world.database.query<{ text: string }>(
        `select to_jsonb(t)::text as text from chat.versions as t union all select to_jsonb(t)::text from chat.messages as t
         union all select to_jsonb(t)::text from events.log as t union all select to_jsonb(t)::text from chat.receipts as t`,
      )
      return rows.map(({ text }) => text).join('\n')
    }

    test('are read by the owner and admins of the group, and by admins of the server, newest first and in pages', async () => {
      const [ada, bob, eve] = await people()
      const id = await world.group(ada, bob, eve)
      const sent = await acts.send(bob, id, { text: 'one' })
      expect(await versions(ada, sent.id)).toEqual([])
      await acts.edit(bob, sent.id, 'two')
      await acts.edit(bob, sent.id, 'three')
      for (const who of [ada, admin])
        expect(await versions(who, sent.id)).toEqual([
          [3, 'three'],
          [2, 'two'],
          [1, 'one'],
        ])
      const first = (await succeed(tryVersions(ada, sent.id, { first: 2 }))).messageVersions
      expect(first.pageInfo.hasNextPage).toBe(true)
      const rest = (await succeed(tryVersions(ada, sent.id, { first: 2, after: first.pageInfo.endCursor })))
        .messageVersions
      expect(rest).toMatchObject({ edges: [{ node: { version: 1 } }], pageInfo: { hasNextPage: false } })
      await acts.delete(bob, sent.id)
      expect(await versions(ada, sent.id)).toHaveLength(3)
    })

    test('of a message that was deleted without an edit say what it said', async () => {
      const [ada, bob] = await people()
      const id = await world.group(ada, bob)
      const place = { type: 'LOCATION', content: { latitude: 1, longitude: 2 }, text: 'Here' }
      const sent = await acts.send(bob, id, place)
      await acts.delete(ada, sent.id)
      const { messageVersions } = await succeed(tryVersions(ada, sent.id))
      expect(messageVersions.edges).toMatchObject([{ node: { version: 1, text: 'Here', content: place.content } }])
    })

    test('are for nobody else: not for members, their sender, strangers, former members, nor in direct conversations', async () => {
      const [ada, bob, eve] = await people()
      const group = await world.group(ada, bob, eve)
      const sent = await acts.send(bob, group)
      await acts.edit(bob, sent.id, 'edited')
      expect((await tryVersions(bob, sent.id)).codes).toEqual(['FORBIDDEN'])
      expect((await tryVersions(eve, sent.id)).codes).toEqual(['FORBIDDEN'])
      await world.remove(ada, group, eve)
      for (const who of [eve, await world.person()])
        expect((await tryVersions(who, sent.id)).codes).toEqual(['NOT_FOUND'])
      expect((await tryVersions(anonymous, sent.id)).codes).toEqual(['UNAUTHENTICATED'])
      expect((await tryVersions(otherAdmin, sent.id)).codes).toEqual(['FORBIDDEN'])
      expect((await tryVersions(admin, group)).codes).toEqual(['NOT_FOUND'])
      const direct = await acts.send(ada, await world.direct(ada, bob))
      await acts.edit(ada, direct.id, 'edited')
      expect((await tryVersions(ada, direct.id)).codes).toEqual(['FORBIDDEN'])
    })

    test('an admin purges a message with all that was kept of it, whether or not it was deleted before', async () => {
      const [ada, bob] = await people()
      const id = await world.direct(ada, bob)
      for (const before of [false, true]) {
        const sent = await acts.send(ada, id, { text: 'quite secret', clientMessageId: `purged ${before}` })
        await acts.edit(ada, sent.id, 'quite secret too')
        if (before) await acts.delete(ada, sent.id)
        for (let count = 0; count < 2; count++)
          expect((await succeed(tryPurge(admin, sent.id))).purgeMessage).toEqual({ messageId: sent.id })
        expect(await versions(admin, sent.id)).toEqual([])
        expect(await acts.message(bob, sent.id)).toMatchObject({
          text: '',
          version: 3,
          deletedBy: before ? { id: ada.userId } : null,
        })
        expect((await world.store.find([sent.id]))[0]).toMatchObject({ text: '', version: 3 })
        expect(await everythingIn()).not.toContain('quite secret')
        const again = { text: 'quite secret', clientMessageId: `purged ${before}` }
        expect((await acts.trySend(ada, id, again)).codes).toEqual(['CONFLICT'])
      }
    })

    test('nobody but an admin purges', async () => {
      const [ada, bob] = await people()
      const sent = await acts.send(ada, await world.group(ada, bob))
      expect((await tryPurge(ada, sent.id)).codes).toEqual(['UNAUTHENTICATED'])
      expect((await tryPurge(otherAdmin, sent.id)).codes).toEqual(['FORBIDDEN'])
      for (const id of ['no id', ada.userId]) expect((await tryPurge(admin, id)).codes).toEqual(['NOT_FOUND'])
      expect(await acts.message(bob, sent.id)).toMatchObject({ text: 'Hello' })
    })

    test('go with their sender, and what the messages say now stays', async () => {
      const [ada, bob] = await people()
      const id = await world.group(ada, bob)
      const edited = await acts.send(bob, id, { text: 'before' })
      await acts.edit(bob, edited.id, 'after')
      const deleted = await acts.send(bob, id, { text: 'gone' })
      await acts.delete(bob, deleted.id)
      const { me } = await succeed(world.people.ask(bob, '{ me { address } }'))
      const remove = 'mutation ($address: String!) { deleteAccount(input: { address: $address }) { deletedId } }'
      await succeed(world.people.ask(bob, remove, { address: me.address }))
      const { database, eventLog, store, bus, clock } = world
      await eraseOnce({ database, eventLog, store, bus, clock, log: silentLog })
      expect(await versions(admin, edited.id)).toEqual([[2, 'after']])
      expect(await versions(admin, deleted.id)).toEqual([])
      expect(await acts.message(ada, edited.id)).toMatchObject({ text: 'after', version: 2 })
    })

    test('are in the export of their sender', async () => {
      const [ada, bob] = await people()
      const sent = await acts.send(ada, await world.direct(ada, bob), { text: 'before' })
      await acts.edit(ada, sent.id, 'after')
      const { _entities } = await succeed(
        world.ask(
          ada,
          `query ($of: [_Any!]!) {
            _entities(representations: $of) { ... on MyData { chat(first: 100) { edges { node { kind data } } } } }
          }`,
          { of: [{ __typename: 'MyData', id: ada.userId }] },
        ),
      )
      const records = _entities[0].chat.edges.map(({ node }: { node: { kind: string; data: object } }) => node)
      expect(records).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: 'chat.messageVersion',
            data: expect.objectContaining({ messageId: sent.id, version: 1, text: 'before' }),
          }),
          expect.objectContaining({ kind: 'chat.message', data: expect.objectContaining({ text: 'after' }) }),
        ]),
      )
    })
  })
})
