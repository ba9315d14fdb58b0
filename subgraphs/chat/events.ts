/** The kinds of events that this room appends to the event log, of all topics. */
import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { kinds as changes } from './changes/events.ts'
import { kinds as clearing } from './clearing/events.ts'
import { kinds as drafts } from './drafts/events.ts'
import { kinds as hiding } from './hiding/events.ts'
import { kinds as messages } from './messages/events.ts'
import { kinds as pins } from './pins/events.ts'
import { kinds as preferences } from './preferences/events.ts'
import { kinds as reactions } from './reactions/events.ts'
import { kinds as reads } from './reads/events.ts'
import { kinds as typing } from './typing/events.ts'
import { kinds as scheduled } from './scheduled/events.ts'

export const kinds: readonly EventKind[] = [
  ...messages,
  ...changes,
  ...clearing,
  ...drafts,
  ...hiding,
  ...pins,
  ...preferences,
  ...reactions,
  ...reads,
  ...typing,
  ...scheduled,
]
