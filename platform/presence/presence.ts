/** Where one device's stream is hosted. */
export interface Whereabouts {
  readonly userId: string
  readonly deviceId: string
  readonly nodeId: string
}

/**
 * Which devices have a live stream, and on which node. A hint that errs on the side of "online": a wrong entry costs a
 * wait for the node's answer and then a push, never a lost message.
 * - A node and its entries vanish `NODE_TTL_SECONDS` after its last `announce`.
 * - `join` is idempotent; a device may be on several nodes at once, and `leave` removes it from one.
 * - `onReset` fires when entries may have been lost (the server restarted or the connection was away): nodes join again.
 * - All reject when the server is away.
 */
export interface Presence extends AsyncDisposable {
  announce(nodeId: string): Promise<void>
  /** Removes a node and all its entries: the graceful end. */
  retire(nodeId: string): Promise<void>
  join(entries: readonly Whereabouts[]): Promise<void>
  leave(entries: readonly Whereabouts[]): Promise<void>
  /** Entries of live nodes only, for at most 1,000 users a call. */
  find(userIds: readonly string[]): Promise<Whereabouts[]>
  nodes(): Promise<string[]>
  onReset(listener: () => void): Disposable
}

/** A node announces itself every third of this. */
export const NODE_TTL_SECONDS = 15

/** Users of one `find`; beyond it the call is refused, since one answer must not hold up everybody's Redis. */
export const MAX_USERS_PER_FIND = 1_000

export function assertFindable(userIds: readonly string[]): void {
  if (userIds.length > MAX_USERS_PER_FIND)
    throw new RangeError(`find must be given at most ${MAX_USERS_PER_FIND} users, not ${userIds.length}.`)
}
