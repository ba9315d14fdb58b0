import fc from 'fast-check'
import type { ChatWorld } from './support/chat.ts'
import { makeMessageActs, type Shown } from './support/message-changes.ts'
import { messageStores, openWorldOn } from './support/message-stores.ts'
import type { UserIdentity } from './support/people.ts'
import { describeWith } from './support/services.ts'
import { succeed } from './support/subgraph.ts'
import { findFaults, findLostBodies } from '../subgraphs/chat/index.ts'

/** What one does in a group; `by` counts the people, `at` the messages, both modulo what there is. */
type Step =
  | { readonly act: 'send' | 'repeat'; readonly by: number; readonly text: string }
  | { readonly act: 'edit'; readonly by: number; readonly at: number; readonly text: string }
  | { readonly act: 'delete' | 'read'; readonly by: number; readonly at: number }
  | { readonly act: 'sync'; readonly by: number }

const by = fc.nat(2)
const at = fc.nat(20)
const text = fc.constantFrom('a', 'b', 'c')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('send' as const), by, text }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('repeat' as const), by, text }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('edit' as const), by, at, text }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('delete' as const), by, at }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('read' as const), by, at }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('sync' as const), by }) },
)

/** A message as the model has it. */
interface Model {
  readonly id: string
  readonly by: number
  readonly clientMessageId: string
  readonly first: string
  text: string
  version: number
  deleted: boolean
}

/** Each run is a group of its own. Bounded, so that both stores together take well under 30 seconds. */
const RUNS = 5
const MOST_STEPS = 30

const SYNC = `query ($after: Cursor) {
  sync(after: $after, first: 100) {
    cursor hasMore
    events {
      __typename
      ... on MessageReceived { message { id sequence text version deletedAt } }
      ... on MessageEdited { message { id sequence text version deletedAt } }
      ... on MessageDeleted { message { id sequence text version deletedAt } }
    }
  }
}`

describe.each(messageStores)('Whatever is sent, edited, deleted, read and synchronized, in %s:', (kind) => {
  describeWith(kind, 'a simple model', () => {
    let world: ChatWorld
    let acts: ReturnType<typeof makeMessageActs>
    beforeAll(async () => {
      world = await openWorldOn(kind, { shards: 1 })
      acts = makeMessageActs(world)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    /** What a device has that only synchronizes. */
    const follow = async (who: UserIdentity, device: { cursor: string | null; readonly has: Map<string, Shown> }) => {
      for (let hasMore = true; hasMore;) {
        const { sync } = await succeed(world.ask(who, SYNC, { after: device.cursor }))
        for (const { message } of sync.events) {
          const had = message && device.has.get(message.id)
          if (message && !(had && had.version >= message.version)) device.has.set(message.id, message)
        }
        ;({ cursor: device.cursor, hasMore } = sync)
      }
    }

    const play = async (steps: readonly Step[]) => {
      const people = [await world.person(), await world.person(), await world.person()]
      const [owner, ...others] = people as [UserIdentity, ...UserIdentity[]]
      const id = await world.group(owner, ...others)
      await world.db.settled()
      const devices = people.map(() => ({ cursor: null as string | null, has: new Map<string, Shown>() }))
      for (const [n, person] of people.entries()) await follow(person, devices[n]!)
      const model: Model[] = []
      const readUpTo = [0, 0, 0]

      for (const each of steps) {
        const person = people[each.by]!
        const message =
          'at' in each ? model[each.at % Math.max(1, model.length)] : model.findLast((one) => one.by === each.by)
        switch (each.act) {
          case 'send': {
            const clientMessageId = `${model.length}`
            const sent = await acts.send(person, id, { text: each.text, clientMessageId: `${id} ${clientMessageId}` })
            // The first message tells of the group.
            expect(sent.sequence).toBe(model.length + 2)
            model.push({
              id: sent.id,
              by: each.by,
              clientMessageId: `${id} ${clientMessageId}`,
              first: each.text,
              text: each.text,
              version: 1,
              deleted: false,
            })
            break
          }
          case 'repeat': {
            if (!message) break
            const { clientMessageId, first } = message
            const again = await acts.trySend(person, id, { text: each.text, clientMessageId })
            if (each.text !== first) expect(again.codes).toEqual(['CONFLICT'])
            else expect(again.data.sendMessage.message).toMatchObject({ id: message.id, text: message.text })
            break
          }
          case 'edit': {
            if (!message) break
            const answer = await acts.tryEdit(person, message.id, each.text)
            if (message.by !== each.by) expect(answer.codes).toEqual(['FORBIDDEN'])
            else if (message.deleted) expect(answer.codes).toEqual(['MESSAGE_DELETED'])
            else {
              if (message.text !== each.text) message.version++
              message.text = each.text
              expect(answer.data.editMessage.message).toMatchObject({ text: each.text, version: message.version })
            }
            break
          }
          case 'delete': {
            if (!message) break
            const answer = await acts.tryDelete(person, message.id)
            if (message.by !== each.by && each.by !== 0) expect(answer.codes).toEqual(['FORBIDDEN'])
            else {
              if (!message.deleted) message.version++
              Object.assign(message, { deleted: true, text: '' })
              expect(answer.data.deleteMessage.message).toMatchObject({ text: '', version: message.version })
            }
            break
          }
          case 'read': {
            if (!message) break
            const upTo = model.indexOf(message) + 2
            const input = { conversationId: id, upTo }
            const mark = 'mutation ($input: MarkReadInput!) { markRead(input: $input) { __typename } }'
            await succeed(world.ask(person, mark, { input }))
            readUpTo[each.by] = Math.max(readUpTo[each.by]!, upTo)
            break
          }
          case 'sync':
            await follow(person, devices[each.by]!)
        }
      }

      await world.db.settled()
      const expected = model.map((message, n) => ({
        id: message.id,
        sequence: n + 2,
        text: message.text,
        version: message.version,
        deleted: message.deleted,
      }))
      const plain = ({ id: messageId, sequence, text: said, version, deletedAt }: Shown) => ({
        id: messageId,
        sequence,
        text: said,
        version,
        deleted: deletedAt !== null,
      })
      for (const [n, person] of people.entries()) {
        await follow(person, devices[n]!)
        expect((await acts.history(person, id)).slice(1).map(plain)).toEqual(expected)
        const synced = [...devices[n]!.has.values()].filter((one) => model.some((message) => message.id === one.id))
        expect(synced.map(plain).sort((a, b) => a.sequence - b.sequence)).toEqual(expected)
        const { conversation } = await succeed(
          world.ask(
            person,
            'query ($id: ID!) { conversation(id: $id) { unreadCount lastSequence lastMessage { text } } }',
            {
              id,
            },
          ),
        )
        expect(conversation).toEqual({
          unreadCount: model.filter((one, at) => one.by !== n && !one.deleted && at + 2 > readUpTo[n]!).length,
          lastSequence: model.length + 1,
          lastMessage: { text: model.at(-1)?.text ?? '' },
        })
      }
      expect(await findFaults(world.database)).toEqual([])
    }

    test('every history, every device and every count says what the model says', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: MOST_STEPS, size: 'max' }), play), {
        numRuns: RUNS,
        // Shrinking plays the steps again and again.
        interruptAfterTimeLimit: 60_000,
      })
      expect(await findLostBodies(world.database, world.store)).toEqual([])
    }, 120_000)
  })
})
