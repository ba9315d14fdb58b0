/** The node that hosts a device's stream. */
export interface Whereabouts {
  readonly userId: string
  readonly deviceId: string
  readonly nodeId: string
}

/**
 * The devices that have a live stream, and the node of each. A hint that errs towards "online": a wrong entry costs a
 * wait for the node's answer and then a push, but never a lost message.
 *
 * - A node and its entries expire `NODE_TTL_SECONDS` after its last `announce`.
 * - `join` is idempotent. A device may be on several nodes at once, and `leave` removes it from one.
 * - `onReset` is called when entries may have been lost (the server restarted, or the connection was lost): nodes join again.
 * - All calls reject while the server is down.
 */
export interface Presence extends AsyncDisposable {
  announce(nodeId: string): Promise<void>
  /** Removes a node and all its entries, at its shutdown. */
  retire(nodeId: string): Promise<void>
  join(entries: readonly Whereabouts[]): Promise<void>
  leave(entries: readonly Whereabouts[]): Promise<void>
  /** Finds entries of live nodes, for at most 1,000 users per call. */
  find(userIds: readonly string[]): Promise<Whereabouts[]>
  nodes(): Promise<string[]>
  onReset(listener: () => void): Disposable
}

/** A node announces itself at every third of this time. */
export const NODE_TTL_SECONDS = 15

/** Maximum users of one `find`, because one long answer would block Redis for everybody. More are refused. */
export const MAX_USERS_PER_FIND = 1_000

export function assertFindable(userIds: readonly string[]): void {
  if (userIds.length > MAX_USERS_PER_FIND)
    throw new RangeError(`find must be given at most ${MAX_USERS_PER_FIND} users, not ${userIds.length}.`)
}
