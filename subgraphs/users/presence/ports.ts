import type DataLoader from 'dataloader'
import type { PeopleLookup } from '../people/rules.ts'
import type { PresenceRow } from './presence.ts'
import type { Watches } from './watches.ts'

/** What the resolvers of this topic get. */
export interface PresencePorts extends PeopleLookup {
  /** What the viewer sees of a user, with one read for all that an answer needs. */
  readonly seen: DataLoader<string, PresenceRow>
  readonly watches: Watches
  /** Fires when the client no longer waits. */
  readonly signal: AbortSignal | undefined
}
