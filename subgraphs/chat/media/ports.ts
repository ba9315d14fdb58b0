import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { FileStore } from '../../../platform/files/files.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { MediaLimits } from './limits.ts'
import type { MediaRow } from './store.ts'

/** Where files go, and what is taken. */
export interface Uploads {
  readonly files: FileStore
  readonly limits: MediaLimits
}

/** What the resolvers of this topic get. */
export interface MediaPorts {
  readonly identity: Identity
  readonly database: Database
  readonly clock: Clock
  /** Null if this server takes no files. */
  readonly uploads: Uploads | null
  /** Files that the viewer may see, by id; null for all others. */
  readonly media: DataLoader<string, MediaRow | null>
  /** Files of messages that the viewer may see. */
  readonly mediaOfMessages: DataLoader<string, MediaRow | null>
}
