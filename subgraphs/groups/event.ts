/** The fields of an event's GraphQL type that name a group, a user, or the one who acted: the id, and the object. */
export const groupOf = (groupId: string) => ({ groupId, group: { id: groupId } })
export const userOf = (userId: string) => ({ userId, user: { id: userId } })
export const actorOf = (by: string) => ({ byId: by, by: { id: by } })

/** Payloads that name the users who are told. */
export type Told = { readonly told: readonly string[] }
export const told = { of: 'users' as const, users: ({ told: users }: Told) => users }
