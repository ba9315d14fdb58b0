import type { InboxNode } from '../../../inbox/index.ts'
import type { Identity } from '../../../platform/signature/identity.ts'

/** What the resolvers of this topic get. */
export interface InboxPorts {
  readonly identity: Identity
  readonly node: InboxNode
  /** Fires when the client no longer waits. */
  readonly signal: AbortSignal | undefined
  /**
   * Set while a stream is opened: `listener` gets the cursor up to which the client has certainly received all events.
   */
  readonly onProgress: ((listener: (cursor: string) => void) => void) | undefined
}
