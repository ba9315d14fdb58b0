import { randomUUID } from 'node:crypto'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from '../../../client/connect.ts'
import { openDirect, signInAt } from '../../support/app.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, startProgram } from '../../support/program.ts'
import { startPushService } from '../../support/push-services.ts'
import { describeWith } from '../../support/services.ts'

/** A server whose pushes go to a webhook: what a phone in a pocket gets. */
jest.setTimeout(120_000)

const SECRET = 'q8Jx2mZ0vT4kR7nB1cY6wL9dH3sF5gPa'

interface Pushed {
  readonly userId: string
  readonly deviceId: string
  readonly service: string | null
  readonly token: string
  readonly title?: string
  readonly body?: string
  readonly data: Readonly<Record<string, string>>
  readonly collapseKey?: string
  readonly badge?: number
  readonly withdraws?: true
}

const run = <Data>(app: App, text: string, variables: object = {}) =>
  app.mutate(parse(text) as TypedDocumentNode<Data, object>, variables)

const disposeAll = (apps: readonly App[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    for (const app of apps) await app[Symbol.asyncDispose]()
  },
})

describeWith('postgres', 'Pushes', () => {
  test('a phone gets a push, loses it when the message is read elsewhere, and its owner can ask why one did not come', async () => {
    let status = 204
    await using webhook = await startPushService('http', () => ({ status }))
    await using folder = await makeFolder()
    await using program = await startProgram({
      DATA_DIR: folder.path,
      PORT: '0',
      LOG_LEVEL: 'warn',
      PUSH_WEBHOOK_URL: `http://127.0.0.1:${webhook.port}/push`,
      PUSH_WEBHOOK_SECRET: SECRET,
    })
    const url = program.banner('GraphQL')
    const ada = await signInAt(url, folder.path, 'Ada')
    const phone = await signInAt(url, folder.path, 'Bob', 'bob@example.org')
    const laptop = await signInAt(url, folder.path, 'Bob', 'bob@example.org')
    await using _apps = disposeAll([ada.app, phone.app, laptop.app])
    const target = { fcm: { token: 'phone:1' } }
    await run(phone.app, 'mutation ($t: PushTargetInput) { setPushTarget(input: { target: $t }) { device { id } } }', {
      t: target,
    })
    const conversationId = await openDirect(ada, phone)
    const send = (text: string) =>
      run<{ sendMessage: { message: { id: string; sequence: number } } }>(
        ada.app,
        `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence } } }`,
        { input: { conversationId, clientMessageId: randomUUID(), text } },
      ).then(({ sendMessage }) => sendMessage.message)
    const settings = (input: object) =>
      run(laptop.app, 'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { __typename } }', {
        input,
      })
    const pushed = () => webhook.received.map(({ body }) => JSON.parse(body.toString()) as Pushed)

    const first = await send('Meet me at eight')
    await eventually(() => expect(pushed()).toHaveLength(1))
    expect(pushed()[0]).toMatchObject({
      userId: phone.userId,
      service: 'FCM',
      token: 'phone:1',
      title: 'Ada',
      body: 'Meet me at eight',
      data: { conversationId, messageId: first.id },
      collapseKey: conversationId,
      badge: 1,
    })

    // Two unread; of those only the second is read then: nothing is taken away before the last one.
    await settings({ notifications: { previews: false } })
    const second = await send('This is private')
    await eventually(() => expect(pushed()).toHaveLength(2))
    expect(pushed()[1]).toMatchObject({ title: 'Ada', body: 'New message', badge: 2 })
    const markRead = (upTo: number) =>
      run(laptop.app, 'mutation ($input: MarkReadInput!) { markRead(input: $input) { __typename } }', {
        input: { conversationId, upTo },
      })
    await markRead(first.sequence)
    const readAt = Date.now()
    await markRead(second.sequence)
    await eventually(() => expect(pushed()).toHaveLength(3))
    expect(pushed()[2]).toMatchObject({ withdraws: true, collapseKey: conversationId, badge: 0, token: 'phone:1' })
    expect(pushed()[2]).not.toHaveProperty('body')
    expect(Date.now() - readAt).toBeLessThan(20_000)

    // A deleted message does not stay on the screen, and an earlier one that was deleted leaves the later one there.
    await settings({ notifications: { previews: true } })
    const remove = (messageId: string) =>
      run(ada.app, 'mutation ($input: DeleteMessageInput!) { deleteMessage(input: $input) { __typename } }', {
        input: { messageId },
      })
    const [early, late] = [await send('Never mind'), await send('This was a mistake')]
    await eventually(() => expect(pushed().at(-1)).toMatchObject({ data: { messageId: late.id } }))
    const shown = pushed().length
    await remove(early.id)
    await remove(late.id)
    await eventually(() => expect(pushed()).toHaveLength(shown + 1))
    expect(pushed()[shown]).toMatchObject({ withdraws: true, data: { messageId: late.id }, badge: 0 })

    // What the settings keep back is told to the owner, and to nobody else.
    await settings({ notifications: { level: 'NONE' } })
    const third = await send('Are you there?')
    interface Decisions {
      pushDecisions: { edges: { node: { outcome: string; reason: string; data: Record<string, string> } }[] }
    }
    const decisionsOf = async (app: App) =>
      (
        await run<Decisions>(app, '{ pushDecisions { edges { node { outcome reason data } } } }')
      ).pushDecisions.edges.map(({ node: { outcome, reason, data } }) => [outcome, reason, data['messageId'] ?? null])
    await eventually(async () =>
      expect((await decisionsOf(laptop.app)).filter(([, , id]) => id === third.id)).toEqual([
        // The phone and the laptop have no stream; neither has an app open.
        ['SUPPRESSED', 'NOTIFICATIONS_OFF', third.id],
        ['SUPPRESSED', 'NOTIFICATIONS_OFF', third.id],
      ]),
    )
    expect((await decisionsOf(laptop.app)).filter(([outcome]) => outcome === 'WITHDRAWN').length).toBeGreaterThan(0)
    expect(await decisionsOf(ada.app)).toEqual([])

    // A token that the provider calls dead is gone.
    await settings({ notifications: { level: 'ALL' } })
    status = 410
    await send('And now?')
    const serviceOfPhone = async () =>
      (
        await run<{ me: { devices: { edges: { node: { pushService: string | null; current: boolean } }[] } } }>(
          phone.app,
          '{ me { devices { edges { node { current pushService } } } } }',
        )
      ).me.devices.edges.find(({ node }) => node.current)?.node.pushService
    await eventually(async () => expect(await serviceOfPhone()).toBeNull())
  })
})
