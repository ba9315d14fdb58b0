import {
  type InboxEventFields,
  type Missing,
  type OpenState,
  writeChanges,
  writeEvents,
} from '../../../client/cache/index.ts'
import { InboxDocument, SyncDocument } from '../../../client/generated/operations.ts'
import type { Signed } from '../../support/app.ts'
import { answerOf, differences, fetchState, loadMissing } from './screens.ts'

/** A device that only looks: its state is a fetch at its start, and since then nothing but events. */
export interface Observer {
  /** Opens the stream at the last cursor, or drops it as a lost socket does, between any two events. */
  open(): void
  drop(): Promise<void>
  isOpen(): boolean
  close(): Promise<void>
  /** Where the state says another thing than a fetch of now. */
  differences(): Promise<string[]>
}

export interface Asker extends Observer {
  /** Asks for all events until now, by pages. */
  catchUp(): Promise<void>
}

/** `seen` gets the name of each kind of event. */
export async function openObserver(person: Signed, seen: Set<string>): Promise<Asker> {
  // The cursor comes first: what happens before the fetch comes again as an event.
  const opened = person.app.subscribe(InboxDocument, {})
  const first = (await opened.next()).value?.inbox
  await opened.return?.()
  if (!first) throw new Error('The inbox did not open.')
  seen.add(first.__typename)
  let { cursor } = first
  const state: OpenState = await fetchState(person)
  let stream: AsyncIterableIterator<{ readonly inbox: InboxEventFields }, undefined> | undefined
  let following: Promise<void> = Promise.resolve()
  let failure: unknown

  const load = async (all: readonly Missing[]) => {
    for (const missing of all) await load(writeChanges(state, await loadMissing(person, state, missing)))
  }
  const take = async (event: InboxEventFields) => {
    seen.add(event.__typename)
    await load(writeEvents(state, [event], person.userId))
    cursor = event.cursor
  }
  const drop = async () => {
    const dropped = stream
    stream = undefined
    await dropped?.return?.()
    await following
    if (failure !== undefined) throw failure as Error
  }

  return {
    isOpen: () => stream !== undefined,
    open() {
      if (stream) return
      const followed = person.app.subscribe(InboxDocument, { after: cursor })
      stream = followed
      following = (async () => {
        // Events that were there when the stream was dropped are not taken: they come again.
        for await (const { inbox } of followed) if (stream === followed) await take(inbox)
      })().catch((error: unknown) => void (failure = error))
    },
    drop,
    close: drop,
    async catchUp() {
      for (let hasMore = true; hasMore;) {
        const { sync } = await answerOf(person, SyncDocument, { after: cursor, first: 100 })
        const events = sync.events.map((event) => {
          if (event === null) throw new Error('An event could not be shown.')
          seen.add(event.__typename)
          return event
        })
        await load(writeEvents(state, events, person.userId))
        ;({ cursor, hasMore } = sync)
      }
    },
    async differences() {
      if (failure !== undefined) throw failure as Error
      return differences(state, await fetchState(person), person.userId)
    },
  }
}
