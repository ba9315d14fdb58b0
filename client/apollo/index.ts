/**
 * For apps with Apollo Client 4: a link over `connect`, and the inbox written into an `InMemoryCache`, so that screens
 * stay right without being asked again.
 */
export { followInbox, type FollowInboxOptions } from './inbox.ts'
export { parleyLink } from './link.ts'
export { typePolicies } from './policies.ts'
