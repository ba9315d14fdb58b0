import { withStatements } from './support/statements.ts'
import { openChatWorld } from './support/chat.ts'
import { describeWith } from './support/services.ts'
import { succeed } from './support/subgraph.ts'
import { v7 } from 'uuid'
import type { FileStore } from '../platform/files/files.ts'

const PAGE = `query ($id: ID!, $first: Int!) { conversation(id: $id) {
  messages(first: $first) { edges { node {
    id text type sender { id }
    replyTo { id text sender { id } reactions { emoji count mine } }
    replies(first: 2) { edges { node { id text } } }
    forwardedFrom { message { id text } }
    mentions { userIds users { id } }
    media { id bytes url }
    reactions { emoji count mine users(first: 2) { edges { node { id } } } }
    readCount deliveredCount readBy(first: 2) { edges { node { id } } }
  } } }
} }`
const PINNED = `query ($id: ID!, $first: Int!) { conversation(id: $id) {
  pinnedMessages(first: $first) { edges { node { text sender { id } media { url } reactions { count } readCount } } }
} }`
const NAMES = 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { displayName } } }'

/** Files that are not looked at. */
const files = {
  downloadUrl: async () => 'https://files.example.org/one',
  isComplete: async () => true,
} as unknown as FileStore

describeWith('postgres', 'A page of messages', () => {
  test('costs the same statements for 5 messages and for 50, with senders, answers, reactions, readers and files', async () => {
    let take: () => string[] = () => []
    await using world = await openChatWorld({
      database(database) {
        const noted = withStatements(database)
        take = noted.take
        return noted.database
      },
      uploads: { files, limits: { maxBytes: 1_000, bytesPerDay: 1_000_000, types: ['image/*'] } },
    })
    const members = await Promise.all(Array.from({ length: 10 }, () => world.person()))
    const [owner] = members
    const id = await world.group(owner!, ...members.slice(1))
    let before = (await world.send(owner!, id)).id
    const mutate = (as: (typeof members)[number], field: string, input: string, selection = '__typename') =>
      succeed(world.ask(as, `mutation { ${field}(input: { ${input} }) { ${selection} } }`))
    const upload = async (ownerId: string) => {
      const mediaId = v7()
      await world.database.query(
        `insert into chat.media (id, owner_id, content_type, bytes, created_at, complete, unused_since)
         values ($1::uuid, $2::uuid, 'image/png', 5, now(), true, now())`,
        [mediaId, ownerId],
      )
      return mediaId
    }
    const sent: string[] = []
    for (let n = 0; n < 60; n++) {
      const sender = members[n % members.length]!
      const said = [
        `text: "Hello", replyToId: "${before}", mentions: { userIds: ["${owner!.userId}"] }`,
        `type: IMAGE, mediaIds: ["${await upload(sender.userId)}"]`,
        `forwardOfId: "${before}"`,
        `text: "Hello"`,
        `text: "Hello", mentions: { everyone: true }`,
      ][n % 5]!
      const input = `conversationId: "${id}", clientMessageId: "n ${n}", ${said}`
      before = (await mutate(sender, 'sendMessage', input, 'message { id }')).sendMessage.message.id
      for (const emoji of ['👍', '🎉'])
        await mutate(members[(n + 1) % members.length]!, 'addReaction', `messageId: "${before}", emoji: "${emoji}"`)
      sent.push(before)
      if (n % 10 === 0)
        await mutate(sender, 'markRead', `conversationId: "${id}", upTo: ${n}`.replace('upTo: 0', 'upTo: 1'))
    }
    for (const messageId of sent) await mutate(owner!, 'pinMessage', `messageId: "${messageId}"`)

    const measure = async (query: string, first: number) => {
      take()
      const { conversation } = await succeed(world.ask(owner!, query, { id, first }))
      const [page] = Object.values(conversation) as { edges: { node: { sender: { id: string } } }[] }[]
      expect(page!.edges).toHaveLength(first)
      const ids = page!.edges.map(({ node }) => ({ __typename: 'User', id: node.sender.id }))
      await succeed(world.people.ask(owner!, NAMES, { ids }))
      // The users room sweeps and tells of sessions in the background.
      const statements = take().filter((name) => name.startsWith('chat.') || name === 'users.findPeople')
      return { statements: statements.sort(), answer: JSON.stringify(conversation) }
    }
    const [small, large] = [await measure(PAGE, 5), await measure(PAGE, 50)]
    expect(large.statements).toEqual(small.statements)
    expect(large.statements.length).toBeLessThanOrEqual(20)
    expect((await measure(PINNED, 50)).statements).toEqual((await measure(PINNED, 5)).statements)
    for (const what of [
      '"mine":',
      '"replyTo":{',
      '"forwardedFrom":{"message":{',
      '"mentions":{',
      '"readCount":',
      '"url":"h',
    ])
      expect(small.answer).toContain(what)
  })
})
