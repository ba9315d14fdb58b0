import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay'

/** The viewer's conversations, a page at a time, all or the unread ones. */
export function Conversations({ onOpen }) {
  const query = useLazyLoadQuery(
    graphql`
      query ConversationsQuery {
        ...Conversations_query
      }
    `,
    {},
  )
  const { data, hasNext, loadNext, refetch } = usePaginationFragment(
    graphql`
      fragment Conversations_query on Query
      @argumentDefinitions(
        first: { type: "Int", defaultValue: 20 }
        after: { type: "String" }
        filter: { type: "ConversationFilter" }
      )
      @refetchable(queryName: "ConversationsPageQuery") {
        conversations(first: $first, after: $after, filter: $filter) @connection(key: "Conversations_conversations") {
          edges {
            node {
              id
              unreadCount
              participants(first: 2) {
                edges {
                  node {
                    id
                    displayName
                  }
                }
              }
              group {
                title
              }
            }
          }
        }
      }
    `,
    query,
  )
  return (
    <nav>
      <label>
        <input
          type="checkbox"
          onChange={({ target }) => refetch({ filter: target.checked ? { unread: true } : null })}
        />
        Unread only
      </label>
      <ul>
        {data.conversations.edges.map(({ node: { id, unreadCount, participants, group } }) => (
          <li key={id}>
            <button onClick={() => onOpen(id)}>
              {group?.title ?? participants?.edges.map(({ node }) => node.displayName).join(' and ')} ({unreadCount})
            </button>
          </li>
        ))}
      </ul>
      {hasNext && <button onClick={() => loadNext(20)}>More</button>}
    </nav>
  )
}
