import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import type { LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import { finishWrites } from '../index.ts'
import type { MessageStore } from '../messages/store/messages.ts'

/** A store that is a service of its own, and what it refuses: set by each test. */
const store = { away: false, refusesInserts: false, refusesChanges: false }
let world: ChatWorld
let acts: ReturnType<typeof makeMessageActs>
beforeAll(async () => {
  const through = (inner: MessageStore): MessageStore => {
    const check = (refuses: boolean) => {
      if (store.away || refuses) throw new Error('The store is away.')
    }
    return {
      ...inner,
      sharesTransaction: false,
      insert: async (messages) => (check(store.refusesInserts), inner.insert(messages)),
      replace: async (messages) => (check(store.refusesChanges), inner.replace(messages)),
      find: async (ids) => (check(false), inner.find(ids)),
      range: async (id, range) => (check(false), inner.range(id, range)),
    }
  }
  world = await openChatWorld({ store: through })
  acts = makeMessageActs(world)
})
afterAll(() => world[Symbol.asyncDispose]())
afterEach(() => Object.assign(store, { away: false, refusesInserts: false, refusesChanges: false }))

const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
  const [ada, bob] = [await world.person(), await world.person()]
  return [ada, bob, await world.direct(ada, bob)]
}
/** The conversation's events as the relay would read them now. */
const logged = async (id: string): Promise<LoggedEvent[]> => {
  const { rows } = await world.database.query<{ kind: string; key: string; payload: never }>(
    'select kind, key, payload from events.log where key = $1::text order by epoch, xid, id',
    [id],
  )
  return rows as unknown as LoggedEvent[]
}
const kept = async (messageId: string) => (await world.store.find([messageId]))[0]

test('a change that the store did not take is what everybody reads, until the relay writes it', async () => {
  const [ada, bob, id] = await pair()
  const [edited, deleted] = [await acts.send(ada, id), await acts.send(ada, id)]
  store.refusesChanges = true
  await acts.edit(ada, edited.id, 'edited')
  await acts.delete(ada, deleted.id)
  expect([await kept(edited.id), await kept(deleted.id)]).toMatchObject([{ version: 1 }, { version: 1 }])
  const look = async () => {
    expect(await acts.history(bob, id)).toMatchObject([
      { sequence: 1, text: 'edited', version: 2 },
      { sequence: 2, text: '', version: 2 },
    ])
    expect(await acts.message(bob, edited.id)).toMatchObject({ text: 'edited' })
    expect(await acts.message(bob, deleted.id)).toMatchObject({ text: '' })
  }
  await look()
  expect((await acts.trySend(bob, id, { forwardOfId: deleted.id })).codes).toEqual(['MESSAGE_DELETED'])
  store.refusesChanges = false
  await finishWrites(world.store, await logged(id))
  expect([await kept(edited.id), await kept(deleted.id)]).toMatchObject([
    { version: 2, text: 'edited' },
    { version: 2, text: '' },
  ])
  await look()
})

test('an original that comes late, also as it was before a deletion, undoes no change', async () => {
  const [ada, bob, id] = await pair()
  store.refusesInserts = true
  const [edited, deleted] = [await acts.send(ada, id), await acts.send(ada, id, { text: 'a secret' })]
  // The relay has read these, and writes them last.
  const early = await logged(id)
  await acts.edit(ada, edited.id, 'edited')
  await acts.delete(ada, deleted.id)
  store.refusesInserts = false
  for (const events of [await logged(id), early]) {
    await finishWrites(world.store, events)
    expect(await kept(edited.id)).toMatchObject({ version: 2, text: 'edited' })
    expect(await kept(deleted.id)).toMatchObject({ version: 2, text: '' })
  }
  expect(await acts.history(bob, id)).toMatchObject([{ text: 'edited' }, { text: '' }])
})

test('while the store is away, messages that the log has are edited and deleted', async () => {
  const [ada, bob, id] = await pair()
  const [edited, deleted] = [await acts.send(ada, id), await acts.send(ada, id)]
  store.away = true
  expect(await acts.edit(ada, edited.id, 'edited')).toMatchObject({ version: 2 })
  expect(await acts.edit(ada, edited.id, 'edited again')).toMatchObject({ version: 3 })
  expect(await acts.delete(ada, deleted.id)).toMatchObject({ version: 2 })
  expect(await acts.history(bob, id)).toMatchObject([{ text: 'edited again' }, { text: '' }])
})
