/**
 * Apollo Client 4 and React: the list of conversations, and one conversation with live messages. Events of the inbox are written
 * into the cache, so that nothing is asked again. Run: npx esbuild examples/apollo-react/app.jsx --bundle --format=esm
 * --jsx=automatic --external:ws --outdir=examples/apollo-react --servedir=examples/apollo-react, with the page's origin in
 * the server's ALLOWED_ORIGINS.
 */
import { ApolloClient, gql, InMemoryCache } from '@apollo/client'
import { createFragmentRegistry } from '@apollo/client/cache'
import { ApolloProvider, useMutation, useQuery } from '@apollo/client/react'
import { connect } from '@parley/client'
import { openAccount } from '@parley/client/account'
import { followInbox, parleyLink, typePolicies } from '@parley/client/apollo'
import {
  ConversationMessagesDocument,
  ConversationsDocument,
  MessageFieldsFragmentDoc,
} from '@parley/client/operations'
import { browserStorage } from '@parley/client/storage/browser'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

const url = new URL(location.href).searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql'
const account = openAccount({ url, storage: browserStorage(), deviceName: 'A page with Apollo Client' })

// Selecting the whole message saves a request: the answer is all that this device hears of it.
const SEND = gql`
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      message {
        ...MessageFields
        conversation {
          id
        }
      }
    }
  }
`

function Conversations({ onOpen }) {
  const { data, error } = useQuery(ConversationsDocument, { variables: { first: 50 } })
  if (error) return <p role="alert">{error.message}</p>
  return (
    <ul id="conversations">
      {data?.conversations.edges.map(({ node }) => (
        <li key={node.id}>
          <button onClick={() => onOpen(node.id)}>
            {node.group?.title ?? node.lastMessage?.sender.displayName ?? 'Nobody yet'}: {node.lastMessage?.text}
            {node.unreadCount > 0 && ` (${node.unreadCount})`}
          </button>
        </li>
      ))}
    </ul>
  )
}

function Conversation({ id }) {
  const { data, error, fetchMore } = useQuery(ConversationMessagesDocument, { variables: { id, last: 5 } })
  const [send, { error: refusal }] = useMutation(SEND)
  const [text, setText] = useState('')
  const messages = data?.conversation?.messages
  const submit = async (event) => {
    event.preventDefault()
    await send({ variables: { input: { conversationId: id, text, clientMessageId: crypto.randomUUID() } } })
    setText('')
  }
  return (
    <section>
      {messages?.pageInfo.hasPreviousPage && (
        <button id="earlier" onClick={() => fetchMore({ variables: { before: messages.pageInfo.startCursor } })}>
          Earlier messages
        </button>
      )}
      <ol id="messages">
        {messages?.edges.map(({ node }) => (
          <li key={node.id}>
            {node.sender.displayName}: {node.deletedAt ? <i>deleted</i> : node.text}
            {node.reactions.map(({ emoji, count }) => ` ${emoji} ${count}`)}
          </li>
        ))}
      </ol>
      <form onSubmit={(event) => void submit(event).catch(() => undefined)}>
        <input name="text" value={text} onChange={(event) => setText(event.target.value)} />
        <button id="send">Send</button>
      </form>
      <p role="alert">{(error ?? refusal)?.message}</p>
    </section>
  )
}

function Chat({ client, app, userId }) {
  const [open, setOpen] = useState()
  const [ended, setEnded] = useState()
  useEffect(() => {
    const following = followInbox({ client, app, userId })
    following.ended.catch(setEnded)
    return () => void following[Symbol.asyncDispose]()
  }, [client, app, userId])
  if (ended) return <p role="alert">{ended.message}</p>
  return (
    <ApolloProvider client={client}>
      <Conversations onOpen={setOpen} />
      {open && <Conversation key={open} id={open} />}
    </ApolloProvider>
  )
}

function SignIn({ onSignedIn }) {
  const [address, setAddress] = useState()
  const submit = async (event) => {
    event.preventDefault()
    const given = new FormData(event.target).get('given')
    if (!address) {
      await account.requestCode(given)
      return setAddress(given)
    }
    const { signedIn } = await account.verifyCode(address, given, address.split('@')[0])
    if (signedIn) onSignedIn(signedIn)
  }
  return (
    <form onSubmit={(event) => void submit(event)} key={address}>
      <input name="given" placeholder={address ? 'One-time password' : 'E-mail address'} />
      <button id="continue">Continue</button>
    </form>
  )
}

function Screens({ known }) {
  const [chat, setChat] = useState(known)
  return chat ? <Chat {...chat} /> : <SignIn onSignedIn={(signedIn) => setChat(makeChat(signedIn))} />
}

function makeChat({ session, userId }) {
  const app = connect({ url, session })
  // Queries of the app's own spread the fragments of the SDK by their names.
  const fragments = createFragmentRegistry(MessageFieldsFragmentDoc)
  const client = new ApolloClient({ cache: new InMemoryCache({ typePolicies, fragments }), link: parleyLink(app) })
  return { client, app, userId }
}

const signedIn = await account.current()
createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Screens known={signedIn && makeChat(signedIn)} />
  </StrictMode>,
)
