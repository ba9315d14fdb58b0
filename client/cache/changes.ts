/**
 * What each event of the inbox means for what a client knows: `changesOf` is a pure function of the event, the state and the
 * viewer. Events may come again and late, after a load that already knew of them: each is written so that the state is right
 * once all have come.
 */
import { conversationCases } from './conversations.ts'
import { groupCases } from './groups.ts'
import { messageCases } from './messages.ts'
import { peopleCases } from './people.ts'
import type { Cases, InboxEventFields, Kind, Scene } from './scene.ts'
import { type Change, eachOnce, type Missing, type OpenState, writeChanges } from './state.ts'

/** Has a case for each kind of event of the schema: without one it does not compile. */
const cases: Cases<Kind> = {
  ...conversationCases,
  ...groupCases,
  ...messageCases,
  ...peopleCases,
  InboxOpened: () => [],
}

/** The changes that an event makes to a state that is known to `scene.viewerId`. */
export function changesOf(event: InboxEventFields, scene: Scene): readonly Change[] {
  // The table gives each kind the function that takes its events. A newer server may have kinds that are not in it.
  const change = cases[event.__typename] as ((event: InboxEventFields, scene: Scene) => readonly Change[]) | undefined
  return change?.(event, scene) ?? []
}

/** Writes a page of events. Returns what must be loaded after it, each thing once. */
export const writeEvents = (state: OpenState, events: readonly InboxEventFields[], viewerId: string): Missing[] =>
  // Each event's changes depend on the state that the one before left.
  eachOnce(events.flatMap((event) => writeChanges(state, changesOf(event, { viewerId, state }))))
