/** The kinds of events that this room appends to the event log, of all topics. */
import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { kinds as people } from './people/events.ts'

export const kinds: readonly EventKind[] = [...people]
