import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { PreferencesRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface PreferencesPorts extends ChangePorts {
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly preferences: DataLoader<string, PreferencesRow | null>
}
