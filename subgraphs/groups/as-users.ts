/** References to users, whom another subgraph resolves. */
export const asUser = (id: string) => ({ __typename: 'User' as const, id })

export const asUsers = (ids: readonly string[]) => ids.map(asUser)
