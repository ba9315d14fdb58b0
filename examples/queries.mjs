/** The three operations of the examples for stock clients. */
export const ME = 'query Me { me { id displayName } }'

export const SEND = `
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id sequence } }
  }
`

export const INBOX = `
  subscription Inbox($after: Cursor) {
    inbox(after: $after) {
      __typename
      cursor
      ... on MessageReceived {
        message { id text sender { id displayName } conversation { id } }
      }
    }
  }
`
