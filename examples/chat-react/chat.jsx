/**
 * A chat in React, on the hooks of the SDK: sign-in, the list of conversations, a history that pages both ways, sends that show at
 * once and survive reloads, typing, presence and unread counts. README.md says how to build it.
 */
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '@parley/client'
import { openAccount } from '@parley/client/account'
import { useConnection } from '@parley/client/react'
import {
  ChatProvider,
  useConversations,
  useInboxFailure,
  useMarkRead,
  useMessageActs,
  useMessages,
  usePresence,
  useSendMessage,
  useTyping,
  useUnread,
} from '@parley/client/react/chat'
import { openStore } from '@parley/client/store'
import { browserStorage } from '@parley/client/storage/browser'

const url = new URLSearchParams(location.search).get('url') ?? 'http://127.0.0.1:4000/graphql'
const storage = browserStorage()
const account = openAccount({ url, storage, deviceName: 'A browser' })

function Message({ message, retry, discard }) {
  const { toggleReaction, remove } = useMessageActs(message)
  const { key, sender, text, state, refusal, reactions, deletedAt, isMine } = message
  return (
    <li data-key={key} data-state={state}>
      <b>{sender.displayName}</b> <span>{deletedAt ? 'deleted' : text}</span>{' '}
      {reactions.map(({ emoji, count }) => `${emoji} ${count} `)}
      {state === 'stored' && !deletedAt && <button onClick={() => void toggleReaction('👍')}>👍</button>}
      {state === 'stored' && !deletedAt && isMine && <button onClick={() => void remove()}>Delete</button>}
      {state !== 'stored' && <i>{refusal?.message ?? state}</i>}
      {refusal && <button onClick={() => void retry(key)}>Try again</button>}
      {refusal && <button onClick={() => void discard(key)}>Discard</button>}
    </li>
  )
}

function Write({ conversationId }) {
  const [text, setText] = useState('')
  const { send } = useSendMessage(conversationId)
  const { typing, startTyping } = useTyping(conversationId)
  const submit = (event) => {
    event.preventDefault()
    if (text.trim()) void send(text)
    setText('')
  }
  const write = (event) => {
    setText(event.target.value)
    startTyping()
  }
  return (
    <form onSubmit={submit}>
      <p id="typing">{typing.map(({ displayName }) => `${displayName} types …`)}</p>
      <input id="text" aria-label="Message" value={text} onChange={write} />
      <button>Send</button>
    </form>
  )
}

function History({ conversationId }) {
  const history = useMessages(conversationId)
  const { messages, hasOlder, hasNewer, loadOlder, loadNewer, jumpTo, jumpToEnd, error } = history
  const { retry, discard } = useSendMessage(conversationId)
  const last = messages.findLast(({ state }) => state === 'stored')
  useMarkRead(conversationId, hasNewer ? null : last?.sequence)
  return (
    <section>
      {error && <p role="alert">{error.message}</p>}
      {hasOlder && <button onClick={() => void loadOlder()}>Older</button>}
      <ol id="messages">
        {messages.map((message) => (
          <Message key={message.key} message={message} retry={retry} discard={discard} />
        ))}
      </ol>
      {hasNewer && <button onClick={() => void loadNewer()}>Newer</button>}
      {hasNewer && <button onClick={jumpToEnd}>To the end</button>}
      {messages[0]?.id && (
        <button onClick={() => void jumpTo(messages[0].replyToId ?? messages[0].id)}>To the reply</button>
      )}
      <Write conversationId={conversationId} />
    </section>
  )
}

const Presence = ({ userId }) => <i className="presence">{usePresence(userId)?.online ? 'online' : 'offline'}</i>

function Chat() {
  const [shown, setShown] = useState(null)
  const { conversations, hasMore, loadMore, isLoading } = useConversations()
  const unread = useUnread()
  const failure = useInboxFailure()
  const { phase } = useConnection()
  if (failure) return <p role="alert">Sign in again: {failure.message}</p>
  return (
    <main>
      <p id="state">{phase === 'open' ? 'online' : phase}</p>
      <h1>Chats ({unread.messages})</h1>
      {isLoading && <p>Loading …</p>}
      <ul id="conversations">
        {conversations.map(({ id, title, unreadCount, peer, lastMessage }) => (
          <li key={id}>
            <button onClick={() => setShown(id)}>{title}</button> {peer && <Presence userId={peer.id} />}{' '}
            {unreadCount > 0 && <b>{unreadCount}</b>} {lastMessage?.text}
          </li>
        ))}
      </ul>
      {hasMore && <button onClick={() => void loadMore()}>More</button>}
      {shown && <History key={shown} conversationId={shown} />}
    </main>
  )
}

function SignIn({ onSignedIn }) {
  const [address, setAddress] = useState(null)
  const [refusal, setRefusal] = useState('')
  const submit = async (event) => {
    event.preventDefault()
    const said = Object.fromEntries(new FormData(event.target))
    if (!address) {
      await account.requestCode(said.address)
      return setAddress(said.address)
    }
    const { signedIn, failure } = await account.verifyCode(address, said.code, said.name)
    signedIn ? onSignedIn(signedIn) : setRefusal(failure)
  }
  return (
    <form onSubmit={(event) => submit(event).catch(({ message }) => setRefusal(message))}>
      {address ? <input name="code" aria-label="Code" /> : <input name="address" aria-label="Address" />}
      {address && <input name="name" aria-label="Your name" />}
      <button>Go on</button>
      <output>{refusal}</output>
    </form>
  )
}

const root = createRoot(document.getElementById('root'))
const signedIn = await account.current()
const show = ({ session, userId }) => {
  const store = openStore({ app: connect({ url, session }), userId, storage })
  const chat = <Chat />
  root.render(<StrictMode children={<ChatProvider store={store} children={chat} />} />)
}
if (signedIn) show(signedIn)
else root.render(<SignIn onSignedIn={show} />)
