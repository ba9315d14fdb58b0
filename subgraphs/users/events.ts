/** The kinds of events that this room appends to the event log, of all topics. */
import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { kinds as blocks } from './blocks/events.ts'
import { kinds as friends } from './friends/events.ts'
import { kinds as people } from './people/events.ts'
import { kinds as sessions } from './sessions/events.ts'
import { kinds as settings } from './settings/events.ts'

export const kinds: readonly EventKind[] = [...people, ...settings, ...friends, ...blocks, ...sessions]
