import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { TimerRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface DisappearingPorts extends ChangePorts {
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly timers: DataLoader<string, TimerRow | null>
}
