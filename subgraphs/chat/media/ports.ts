import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { FileStore } from '../../../platform/files/files.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { MediaRow } from './store.ts'

export interface MediaLimits {
  /** The largest file, in bytes. */
  readonly maxBytes: number
  /** Media types that are accepted: a type, a family with a star for its subtype, or two stars for all. */
  readonly types: readonly string[]
  /** What a user may begin to upload in 24 hours, in bytes. */
  readonly bytesPerDay: number
}

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
