import { v7 } from 'uuid'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { anonymous, succeed } from '../../../test/support/subgraph.ts'

describe.each(messageStores)('The catalog, with messages in %s:', (kind) => {
  describeWith(kind, 'stickers and GIFs', () => {
    let world: ChatWorld
    let ada: UserIdentity
    let bob: UserIdentity
    let id: string
    beforeAll(async () => {
      world = await openWorldOn(kind)
      ada = await world.person()
      bob = await world.person()
      id = await world.direct(ada, bob)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const trySend = (input: object) =>
      world.ask(
        ada,
        'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id type text content media { id } } } }',
        { input: { conversationId: id, clientMessageId: v7(), ...input } },
      )
    const gifs = async (args: object = {}) =>
      (
        await succeed(
          world.ask(
            ada,
            `query ($query: String, $first: Int, $after: String) { searchGifs(query: $query, first: $first, after: $after) {
              edges { node { id } } pageInfo { hasNextPage endCursor }
            } }`,
            { ...args },
          ),
        )
      ).searchGifs
    const ids = (page: { edges: { node: { id: string } }[] }) => page.edges.map(({ node }) => node.id)

    test('packs and their stickers are listed, and GIFs are found by the beginnings of words, in pages', async () => {
      const { stickerPacks, stickers, none } = await succeed(
        world.ask(
          ada,
          `{ stickerPacks { id title stickers { id } }
             stickers(packId: "basics") { id title contentType width height url }
             none: stickers(packId: "nothing") { id } }`,
        ),
      )
      expect(stickerPacks).toEqual([{ id: 'basics', title: 'Basics', stickers: expect.any(Array) }])
      expect(stickerPacks[0].stickers).toHaveLength(stickers.length)
      expect(stickers[0]).toEqual({
        id: 'smile',
        title: 'Smile',
        contentType: 'image/svg+xml',
        width: 128,
        height: 128,
        url: '/catalog/smile.svg',
      })
      expect(none).toBeNull()
      expect(ids(await gifs({ query: 'BIRTH' }))).toEqual(['party'])
      expect(ids(await gifs({ query: 'yes agr' }))).toEqual(['nod'])
      expect(ids(await gifs({ query: 'nothing like it' }))).toEqual([])
      const first = await gifs({ first: 4 })
      const second = await gifs({ first: 4, after: first.pageInfo.endCursor })
      expect(second.pageInfo.hasNextPage).toBe(false)
      expect(new Set([...ids(first), ...ids(second)]).size).toBe(6)
      const tooLong = await world.ask(ada, `{ searchGifs(query: "${'a'.repeat(101)}") { edges { cursor } } }`)
      expect(tooLong.codes).toEqual(['BAD_USER_INPUT'])
      for (const query of [
        '{ stickerPacks { id } }',
        '{ stickers(packId: "basics") { id } }',
        '{ searchGifs { edges { cursor } } }',
      ])
        expect((await world.ask(anonymous, query)).codes).toEqual(['UNAUTHENTICATED'])
    })

    test('a message says all that is needed to show its sticker or GIF, to everybody and at a retry', async () => {
      const input = { type: 'STICKER', content: { stickerId: 'heart' }, clientMessageId: v7() }
      const sent = (await succeed(trySend(input))).sendMessage.message
      expect(sent).toMatchObject({
        type: 'STICKER',
        content: {
          stickerId: 'heart',
          packId: 'basics',
          title: 'Heart',
          url: '/catalog/heart.svg',
          width: 128,
          height: 128,
        },
        media: [],
      })
      expect((await succeed(trySend(input))).sendMessage.message).toEqual(sent)
      expect((await trySend({ ...input, content: { stickerId: 'star' } })).codes).toEqual(['CONFLICT'])
      const gif = (await succeed(trySend({ type: 'GIF', content: { gifId: 'party' }, text: 'Hooray' }))).sendMessage
        .message
      expect(gif).toMatchObject({ text: 'Hooray', content: { gifId: 'party', contentType: 'image/gif' } })
      for (const message of [sent, gif]) {
        const read = await succeed(
          world.ask(bob, 'query ($id: ID!) { message(id: $id) { content } }', { id: message.id }),
        )
        expect(read.message.content).toEqual(message.content)
      }
    })

    test('what the catalog does not have, or says itself, cannot be sent', async () => {
      for (const content of [{ stickerId: 'nothing' }, { stickerId: '../smile' }])
        expect((await trySend({ type: 'STICKER', content })).codes).toEqual(['NOT_FOUND'])
      for (const input of [
        { type: 'STICKER' },
        { type: 'STICKER', content: { gifId: 'party' } },
        { type: 'STICKER', content: { stickerId: 'heart', url: 'https://example.org/' } },
        { type: 'STICKER', content: { stickerId: 7 } },
        { type: 'STICKER', content: { stickerId: 'heart' }, mediaIds: [v7()] },
        { type: 'GIF', content: { stickerId: 'heart' } },
        { type: 'TEXT', text: 'Hello', content: { stickerId: 'heart' } },
      ])
        expect((await trySend(input)).codes).toEqual(['BAD_USER_INPUT'])
    })
  })
})
