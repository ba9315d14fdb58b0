import { randomBytes, randomUUID } from 'node:crypto'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type App, connect } from '../../../client/connect.ts'
import { exportMyData, type MyRecord } from '../../../client/export.ts'
import { mailbox } from '../../../examples/development.ts'
import { openDirect, openInbox, signInAt } from '../../support/app.ts'
import { createDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, startProgram } from '../../support/program.ts'
import { describeWith, type Service, urlOf } from '../../support/services.ts'
import { columnsWith, fieldsWith, redisKeysWith } from './scan.ts'

/** What is left of a deleted user, looked for in every column of every table, every collection and every key. */
jest.setTimeout(180_000)

/** Where a text of the user's own may stay, and why. */
const TEXTS_THAT_STAY: Readonly<Record<string, string>> = {
  'events.log.payload':
    'The event log repeats the id that the app gave a message, and what an edited one said, until EVENT_RETENTION_DAYS are over.',
}
/** Where the user's id may stay, and why. By itself the id names nobody. */
const IDS_THAT_STAY: Readonly<Record<string, string>> = {
  'users.account.id': 'The account without its data: messages name the id as their sender.',
  'users.erasure.user_id': 'The deletion itself.',
  'users.refusing.user_id': 'That the user takes no messages any more.',
  'users.security_event.user_id': 'What happened to the account, until SECURITY_LOG_DAYS are over.',
  'users.security_event.actor_id': 'The same.',
  'users.push_target_change.user_id': 'That the push targets are gone, for delivery, until the sweep forgets it.',
  'groups.erasure.user_id': 'That the room is done.',
  'chat.erasure.user_id': 'The same.',
  'delivery.erasure.user_id': 'The same.',
  'groups.stay.user_id': 'Who was in a group when: it decides who may see which message.',
  'groups.audit.by_id': 'Who did what in a group, for its managers.',
  'groups.audit.user_id': 'The same.',
  'chat.messages.body': 'Who was mentioned, or did what in a group: it is the history of the others too.',
  'chat.versions.body': 'The same, and who deleted a message for everyone.',
  'chat.direct_participants.user_id': 'Whose conversation it is, for the other person.',
  'chat.conversations.low_user_id': 'The same.',
  'chat.conversations.high_user_id': 'The same.',
  'chat.receipts.sender_id': 'Who sent a message.',
  'chat.messages.sender_id': 'Who sent a message.',
  'events.log.payload': 'Events of messages and members, until EVENT_RETENTION_DAYS are over.',
  'events.addressed.user_id': 'Which events are for whom, until EVENT_RETENTION_DAYS are over.',
  'events.log.key': 'Events are ordered by user, until EVENT_RETENTION_DAYS are over.',
}

const run = <Data>(app: App, text: string, variables: object = {}) =>
  app.mutate(parse(text) as TypedDocumentNode<Data, object>, variables)

/** Signs in, the first time with a name that has the mark. */
async function signIn(url: string, folder: string, address: string, mark: string) {
  await using anonymous = connect({ url })
  const { registerDevice } = await run<{ registerDevice: { deviceSecret: string; device: { id: string } } }>(
    anonymous,
    'mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { deviceSecret device { id } } }',
    { input: { name: `Phone ${mark}`, platform: 'IOS', pushToken: `token-${mark}` } },
  )
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  await run(anonymous, 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { expiresAt } }', {
    input: { ...device, address },
  })
  const code = await mailbox(folder).findOtp(address)
  const { verifyOtp } = await run<{
    verifyOtp: { session: { id: string; hmacKey: string; expiresAt: string; user: { id: string } } }
  }>(
    anonymous,
    `mutation ($input: VerifyOtpInput!) {
      verifyOtp(input: $input) { session { id hmacKey expiresAt user { id displayName } } }
    }`,
    { input: { ...device, address, code, displayName: `Ada ${mark}` } },
  )
  const { session } = verifyOtp
  return { userId: session.user.id, session, app: connect({ url, session: session as never }) }
}

const topologies: readonly {
  readonly name: string
  readonly needs: Service
  services(unique: string): Record<string, string>
}[] = [
  { name: 'in PostgreSQL alone', needs: 'postgres', services: () => ({}) },
  {
    name: 'with MongoDB, Redis and RabbitMQ',
    needs: (['mongo', 'redis', 'rabbitmq'] as const).find((service) => urlOf(service) === null) ?? 'postgres',
    services: (unique: string) => {
      const mongo = new URL(urlOf('mongo')!)
      mongo.pathname = `/${unique}`
      return {
        MONGODB_URL: mongo.href,
        REDIS_URL: urlOf('redis')!,
        REDIS_PREFIX: `${unique}:`,
        RABBITMQ_URL: urlOf('rabbitmq')!,
        RABBITMQ_PREFIX: `${unique}.`,
      }
    },
  },
]

describe.each(topologies)('$name', ({ name, needs, services }) => {
  describeWith(needs, name, () => {
    test('a deleted user leaves nothing but what is listed here, even if the program dies right after the answer', async () => {
      const unique = `e${randomBytes(6).toString('hex')}`
      const mark = `mark${randomBytes(4).toString('hex')}`
      const env: Record<string, string> = services(unique)
      await using database = await createDatabase({ max: 2 })
      await using folder = await makeFolder()
      const settings = { ...env, POSTGRES_URL: database.url, DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' }
      await using first = await startProgram(settings)
      const url = first.banner('GraphQL')
      const address = `${mark}@example.org`
      const ada = await signIn(url, folder.path, address, mark)
      const bob = await signInAt(url, folder.path, 'Bob')
      const eve = await signInAt(url, folder.path, 'Eve')

      await run(ada.app, 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }', {
        input: {
          displayName: `Ada ${mark}`,
          username: mark,
          bio: `I am ${mark}`,
          avatarUrl: `https://example.org/${mark}.png`,
          locale: 'en-GB',
          timeZone: 'Europe/London',
        },
      })
      const { createGroup } = await run<{ createGroup: { group: { id: string } } }>(
        ada.app,
        'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } } }',
        { input: { title: 'Chess', memberIds: [bob.userId, eve.userId] } },
      )
      const groupId = createGroup.group.id
      const conversationId = await openDirect(bob, { ...ada, deviceId: '' })
      for (const to of [groupId, conversationId]) {
        const { sendMessage } = await run<{ sendMessage: { message: { id: string } } }>(
          ada.app,
          'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
          { input: { conversationId: to, text: `Before ${mark}`, clientMessageId: `${mark}-${randomUUID()}` } },
        )
        await run(ada.app, 'mutation ($input: EditMessageInput!) { editMessage(input: $input) { message { id } } }', {
          input: { messageId: sendMessage.message.id, text: 'What stays' },
        })
        if (to === groupId)
          await run(ada.app, 'mutation ($input: PinMessageInput!) { pinMessage(input: $input) { __typename } }', {
            input: { messageId: sendMessage.message.id },
          })
        for (const { app } of [ada, bob])
          await run(app, 'mutation ($input: AddReactionInput!) { addReaction(input: $input) { message { id } } }', {
            input: { messageId: sendMessage.message.id, emoji: '👍' },
          })
      }
      await run(
        ada.app,
        `mutation ($input: UpdateConversationPreferencesInput!) {
          updateConversationPreferences(input: $input) { conversation { id } }
        }`,
        { input: { conversationId: groupId, pinned: true, mute: {} } },
      )
      await run(ada.app, 'mutation ($input: MarkReadInput!) { markRead(input: $input) { conversation { id } } }', {
        input: { conversationId: groupId, upTo: 1 },
      })
      await run(ada.app, 'mutation ($input: ScheduleMessageInput!) { scheduleMessage(input: $input) { __typename } }', {
        input: {
          conversationId: groupId,
          clientMessageId: `later-${mark}`,
          text: `Later ${mark}`,
          sendAt: new Date(Date.now() + 86_400_000).toISOString(),
        },
      })
      await run(ada.app, 'mutation ($input: SaveDraftInput!) { saveDraft(input: $input) { conversation { id } } }', {
        input: { conversationId: groupId, text: `Not sent ${mark}` },
      })
      const planted = await columnsWith(database.database, mark)
      expect(planted).toEqual(
        expect.arrayContaining([
          'chat.receipts.client_message_id',
          'chat.versions.body',
          'users.account.address',
          'users.account.avatar_url',
          'users.account.bio',
          'users.account.display_name',
          'users.account.username',
          'users.device.name',
          'users.device.push_token',
          'users.otp_allowance.address',
        ]),
      )

      const records: MyRecord[] = []
      for await (const record of exportMyData(ada.app)) records.push(record)
      const dataOf = (kind: string) => records.filter((record) => record.kind === kind).map(({ data }) => data)
      expect(dataOf('users.account')).toMatchObject([
        { id: ada.userId, address, displayName: `Ada ${mark}`, username: mark, bio: `I am ${mark}`, locale: 'en-GB' },
      ])
      expect(dataOf('users.device')).toMatchObject([{ name: `Phone ${mark}`, pushToken: `token-${mark}` }])
      expect(dataOf('users.session')).toMatchObject([{ id: ada.session.id }])
      expect(dataOf('users.passwordLimit')).toMatchObject([{ address }])
      expect(dataOf('users.securityEvent')).toMatchObject([{ kind: 'SIGNED_IN' }])
      expect(dataOf('groups.stay')).toMatchObject([{ groupId, role: 'OWNER', leftAt: null, title: 'Chess' }])
      expect(dataOf('chat.directConversation')).toMatchObject([{ conversationId, withUserId: bob.userId }])
      expect(dataOf('chat.preferences')).toMatchObject([{ conversationId: groupId, mutedUntil: 'infinity' }])
      expect(dataOf('chat.scheduledMessage')).toMatchObject([{ message: { text: `Later ${mark}` } }])
      expect(dataOf('chat.draft')).toMatchObject([{ conversationId: groupId, text: `Not sent ${mark}` }])
      expect(dataOf('chat.reaction')).toMatchObject([{ emoji: '👍' }, { emoji: '👍' }])
      expect(dataOf('chat.pin')).toMatchObject([{ conversationId: groupId }])
      expect(dataOf('chat.reads')).toMatchObject([{ conversationId: groupId, readUpTo: 1 }])
      expect(dataOf('chat.messageVersion')).toMatchObject(Array(2).fill({ version: 1, text: `Before ${mark}` }))
      const messages = dataOf('chat.message') as { type?: string; content?: object }[]
      const said = messages.filter(({ type }) => type === 'SYSTEM')
      expect(said.map(({ content }) => content)).toEqual(
        expect.arrayContaining([
          { event: 'GROUP_CREATED', title: 'Chess' },
          { event: 'MESSAGE_PINNED', messageId: expect.any(String) },
        ]),
      )
      expect(messages).toHaveLength(4)
      for (const message of messages.filter((each) => !said.includes(each))) {
        expect(message).toMatchObject({ text: 'What stays', clientMessageId: expect.stringContaining(mark) })
      }
      expect(JSON.stringify(records)).not.toContain(ada.session.hmacKey)

      const { deleteAccount } = await run<{ deleteAccount: { deletedId: string } }>(
        ada.app,
        'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }',
        { input: { address } },
      )
      expect(deleteAccount.deletedId).toBe(ada.userId)
      await first.stop('SIGKILL')
      for (const { app } of [ada, bob, eve]) await app[Symbol.asyncDispose]()

      await using second = await startProgram(settings)
      const again = second.banner('GraphQL')
      await eventually(async () => {
        const { rows } = await database.database.query<{ done: boolean }>(
          'select finished_at is not null as done from users.erasure where user_id = $1::uuid',
          [ada.userId],
        )
        expect(rows).toEqual([{ done: true }])
      }, 30_000)
      // The index of the search follows the log: it may be about to forget what an edited message said.
      await eventually(async () => {
        const columns = await columnsWith(database.database, mark)
        expect(columns.filter((column) => !(column in TEXTS_THAT_STAY))).toEqual([])
      }, 30_000)
      expect((await columnsWith(database.database, ada.userId)).filter((column) => !(column in IDS_THAT_STAY))).toEqual(
        [],
      )
      if (env['MONGODB_URL']) expect(await fieldsWith(env['MONGODB_URL'], mark)).toEqual([])
      if (env['REDIS_URL']) expect(await redisKeysWith(env['REDIS_URL'], `${unique}:`, mark)).toEqual([])

      // Histories go on with a sender of whom only the id is left, and the group has a new owner.
      await using bobAgain = connect({ url: again, session: bob.session })
      const history = await bobAgain.query(
        parse(`query ($direct: ID!, $group: ID!) {
          conversation(id: $direct) { messages { edges { node { text sender { id displayName isDeleted username } } } } }
          group(id: $group) { members { edges { node { role user { id displayName isDeleted } } } } }
        }`) as TypedDocumentNode<object, object>,
        { direct: conversationId, group: groupId },
      )
      const sender = { id: ada.userId, displayName: null, isDeleted: true, username: null }
      expect(history).toEqual({
        conversation: { messages: { edges: [{ node: { text: 'What stays', sender } }] } },
        group: {
          members: {
            edges: [
              { node: { role: 'OWNER', user: { id: bob.userId, displayName: 'Bob', isDeleted: false } } },
              { node: { role: 'MEMBER', user: { id: eve.userId, displayName: 'Eve', isDeleted: false } } },
            ],
          },
        },
      })
      await using inbox = openInbox({ ...bob, app: bobAgain })
      await inbox.next()

      // The session is gone, and the address is free for a new user.
      await using old = connect({ url: again, session: ada.session as never })
      await expect(run(old, 'query { me { id } }')).rejects.toMatchObject({
        code: expect.stringMatching(/^SESSION_(REVOKED|UNKNOWN)$/),
      })
      const newcomer = await signIn(again, folder.path, address, 'another')
      expect(newcomer.userId).not.toBe(ada.userId)
      await newcomer.app[Symbol.asyncDispose]()
    })
  })
})
