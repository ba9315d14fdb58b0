import { useMemo, useState } from 'react'
import { graphql, useLazyLoadQuery, useMutation, usePaginationFragment, useSubscription } from 'react-relay'
import { addMessage } from './add-message.js'
import { Message } from './Message.jsx'

/** The last messages of a conversation, earlier ones on request, and those that come while one looks. */
export function Messages({ id }) {
  const query = useLazyLoadQuery(
    graphql`
      query MessagesQuery($id: ID!) {
        ...Messages_query @arguments(id: $id)
      }
    `,
    { id },
  )
  const { data, hasPrevious, loadPrevious } = usePaginationFragment(
    graphql`
      fragment Messages_query on Query
      @argumentDefinitions(id: { type: "ID!" }, last: { type: "Int", defaultValue: 10 }, before: { type: "String" })
      @refetchable(queryName: "MessagesPageQuery") {
        conversation(id: $id) {
          messages(last: $last, before: $before) @connection(key: "Messages_messages") {
            edges {
              node {
                id
                ...Message_message
              }
            }
          }
        }
      }
    `,
    query,
  )
  return (
    <section>
      {hasPrevious && <button onClick={() => loadPrevious(10)}>Earlier</button>}
      <ul>
        {data.conversation?.messages.edges.map(({ node }) => (
          <Message key={node.id} message={node} />
        ))}
      </ul>
      <Writing id={id} />
    </section>
  )
}

function Writing({ id }) {
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState('')
  const [send, isSending] = useMutation(graphql`
    mutation MessagesSendMutation($input: SendMessageInput!) {
      sendMessage(input: $input) {
        message {
          id
          conversation {
            id
          }
          ...Message_message
        }
      }
    }
  `)
  const submit = (event) => {
    event.preventDefault()
    send({
      variables: { input: { conversationId: id, text, clientMessageId: crypto.randomUUID() } },
      updater: (store) => addMessage(store, store.getRootField('sendMessage').getLinkedRecord('message')),
      onCompleted: () => setText(''),
      onError: ({ message }) => setRefusal(message),
    })
  }
  return (
    <form onSubmit={submit}>
      <input name="text" value={text} onChange={({ target }) => setText(target.value)} />
      <button disabled={isSending}>Send</button>
      <output>{refusal}</output>
    </form>
  )
}

/** Adds what comes to the lists of messages. Once in the app. */
export function useLiveMessages() {
  const config = useMemo(
    () => ({
      subscription: graphql`
        subscription MessagesInboxSubscription($after: Cursor) {
          inbox(after: $after) {
            __typename
            cursor
            ... on MessageReceived {
              message {
                id
                conversation {
                  id
                  unreadCount
                }
                ...Message_message
              }
            }
          }
        }
      `,
      variables: {},
      updater: (store) => addMessage(store, store.getRootField('inbox').getLinkedRecord('message')),
    }),
    [],
  )
  useSubscription(config)
}
