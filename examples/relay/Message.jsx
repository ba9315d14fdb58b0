import { graphql, useFragment } from 'react-relay'

export function Message({ message }) {
  const { text, sender } = useFragment(
    graphql`
      fragment Message_message on Message {
        text
        sender {
          displayName
        }
      }
    `,
    message,
  )
  return (
    <li>
      {sender.displayName}: {text}
    </li>
  )
}
