/** Screens of an app in React, in StrictMode; the test bundles them and looks at them in a browser. */
import { Component, createElement as h, type ReactNode, StrictMode, Suspense, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '../../../client/connect.ts'
import {
  ConversationMessagesDocument,
  MeDocument,
  PresenceChangesDocument,
  SendMessageDocument,
} from '../../../client/generated/operations.ts'
import {
  ParleyProvider,
  useConnection,
  useMutation,
  useQuery,
  useSubscription,
  useSuspenseQuery,
} from '../../../client/react/index.ts'
import { useInbox } from '../../../client/react/inbox.ts'

interface Given {
  readonly url: string
  readonly session: { readonly id: string; readonly hmacKey: string }
  readonly conversationId: string
  readonly friendId: string
}
declare const window: { given: Given; seen: string[] }
declare const document: { getElementById(id: string): never }

const { url, session, conversationId, friendId } = window.given
window.seen = []

function Conversation() {
  const { data, error, isLoading } = useQuery(ConversationMessagesDocument, { id: conversationId, first: 50 })
  const [send, { error: refusal }] = useMutation(SendMessageDocument)
  const write = (text: string) =>
    send({ input: { conversationId, text, clientMessageId: crypto.randomUUID() } }).catch(() => undefined)
  const texts = data?.conversation?.messages.edges.map(({ node }) => node.text) ?? []
  return h(
    'section',
    null,
    h('p', { id: 'loading' }, String(isLoading)),
    h('p', { id: 'texts' }, texts.join(',')),
    h('p', { id: 'error' }, error?.message ?? 'none'),
    h('p', { id: 'refusal' }, refusal?.message ?? 'none'),
    h('button', { id: 'send', onClick: () => void write('from the page') }, 'send'),
    h('button', { id: 'send-nothing', onClick: () => void write(' ') }, 'send nothing'),
  )
}

function Friend() {
  const { data } = useSubscription(
    PresenceChangesDocument,
    { userIds: [friendId] },
    {
      onData: () => void window.seen.push('presence'),
    },
  )
  return h('p', { id: 'friend' }, data ? 'heard' : 'silent')
}

function Inbox() {
  const { error } = useInbox((event) => void window.seen.push(event.__typename))
  return h('p', { id: 'inbox' }, error?.message ?? 'follows')
}

function Name() {
  const { data } = useSuspenseQuery(MeDocument, {})
  return h('p', { id: 'name' }, data.me.displayName)
}

class Boundary extends Component<{ readonly children?: ReactNode }> {
  override state = { message: '' }
  static getDerivedStateFromError = (error: Error) => ({ message: error.message })
  override render() {
    return this.state.message === '' ? this.props.children : h('p', { id: 'caught' }, this.state.message)
  }
}

const Phase = () => h('p', { id: 'phase' }, useConnection().phase)

function Screens() {
  const [shown, setShown] = useState(true)
  return h(
    'main',
    null,
    h(Phase),
    h('button', { id: 'toggle', onClick: () => setShown(!shown) }, 'toggle'),
    shown && h(Inbox),
    shown && h(Friend),
    shown && h(Conversation),
    shown && h(Conversation),
    h(Boundary, null, h(Suspense, { fallback: h('p', { id: 'fallback' }, 'waits') }, shown && h(Name))),
  )
}

const app = connect({ url, session })
createRoot(document.getElementById('root')).render(h(StrictMode, null, h(ParleyProvider, { app }, h(Screens))))
