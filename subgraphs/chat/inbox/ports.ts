import type { InboxNode } from '../../../inbox/index.ts'
import type { Identity } from '../../../platform/signature/identity.ts'

/** What the resolvers of this topic get. */
export interface InboxPorts {
  readonly identity: Identity
  readonly node: InboxNode
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal | undefined
  /** Set while a stream is opened: the listener hears how far its reader was surely reached. */
  readonly onProgress: ((listener: (cursor: string) => void) => void) | undefined
}
