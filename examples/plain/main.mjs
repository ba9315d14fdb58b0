/** Signs in, lists, sends and listens. `?server=` names the server. */
import { connect } from '@parley/client'
import { isSessionEnded, openAccount } from '@parley/client/account'
import { follow } from '@parley/client/follow'
import { ConversationMessagesDocument, ConversationsDocument, InboxDocument } from '@parley/client/operations'
import { openOutbox } from '@parley/client/outbox'
import { memoryStorage } from '@parley/client/storage'
import { browserStorage } from '@parley/client/storage/browser'

const url = new URL(location.href).searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql'
const storage = browserStorage()
const account = openAccount({ url, storage, deviceName: 'A plain page' })
const at = (id) => document.getElementById(id)

/** Runs `act` with what is typed into a form; what fails is said on the page. */
function onSubmit(id, act) {
  at(id).addEventListener('submit', async (event) => {
    event.preventDefault()
    const typed = Object.fromEntries(new FormData(event.target))
    event.target.reset()
    at('problem').textContent = ''
    await act(typed).catch(say)
  })
}
const say = (error) => (at('problem').textContent = error.message)

let address
onSubmit('address-form', async (typed) => {
  address = typed.address
  await account.requestCode(address)
  at('code-form').hidden = false
})
onSubmit('code-form', async ({ code }) => {
  const { signedIn, failure } = await account.verifyCode(address, code, 'Pia')
  if (!signedIn) throw new Error(`The code was refused: ${failure}.`)
  await show(signedIn)
})
at('sign-out').addEventListener('click', () => account.signOut().then(() => location.reload(), say))

async function show({ session, userId }) {
  const app = connect({ url, session })
  const outbox = await openOutbox({ app, userId, storage })
  let shown
  for (const id of ['address-form', 'code-form']) at(id).hidden = true
  at('sign-out').hidden = false

  const line = (text, act) => {
    const item = document.createElement('li')
    const content = act ? document.createElement('button') : item
    // Text, never HTML: others wrote it.
    content.textContent = text
    if (act) {
      content.addEventListener('click', act)
      item.append(content)
    }
    return item
  }

  async function list() {
    const { conversations } = await app.query(ConversationsDocument, { first: 50 })
    const items = conversations.edges.map(({ node: { id, group, lastMessage, unreadCount } }) =>
      line(`${group?.title ?? lastMessage?.sender.displayName ?? 'A conversation'} (${unreadCount})`, () =>
        open(id).catch(say),
      ),
    )
    at('conversations').replaceChildren(...items)
  }

  async function open(id) {
    shown = id
    at('message-form').hidden = false
    const { conversation } = await app.query(ConversationMessagesDocument, { id, last: 50 })
    if (shown !== id) return
    at('messages').replaceChildren(...(conversation?.messages.edges ?? []).map(({ node }) => written(node)))
  }
  const written = ({ sender, text }) => line(`${sender.displayName}: ${text}`)

  onSubmit('message-form', async ({ text }) => {
    const { id } = await outbox.send({ conversationId: shown, text })
    const item = at('messages').appendChild(line(`… ${text}`))
    const stop = outbox.items.watch(() => {
      const state = outbox.items.get().find((one) => one.id === id)?.state
      // The inbox brings it, as it brings what the user sends from other devices.
      if (state?.phase === 'sent') item.remove()
      if (state?.phase === 'refused') item.textContent = `Not sent: ${text} (${state.message})`
      if (!state || state.phase === 'refused') stop()
    })
  })

  // Nothing is kept across reloads, so the place in the inbox need not be, either.
  const following = follow(InboxDocument, {
    app,
    userId,
    storage: memoryStorage(),
    refetch: list,
    async handle({ inbox }) {
      if (inbox.__typename !== 'MessageReceived') return
      if (inbox.message.conversation?.id === shown) at('messages').append(written(inbox.message))
      await list()
    },
  })
  following.ended.catch(async (error) => {
    if (!isSessionEnded(error)) return say(error)
    await account.forget()
    location.reload()
  })
}

const signedIn = await account.current()
if (signedIn) await show(signedIn)
