/** Who types: told by events, ended by itself; and telling that the viewer does, no oftener than the server asks. */
import { type InboxEventFields, lists, type Ref, refOf } from '../cache/index.ts'
import { StartTypingDocument, StopTypingDocument } from '../generated/operations.ts'
import type { Core } from './core.ts'
import type { Slice, ViewsOf } from './slices.ts'
import type { Reader } from './track.ts'
import { type ChatUser, viewUser } from './views.ts'

/** The viewer who writes nothing for so long types no more. */
const IDLE_MS = 5_000

/** Between two calls, if the server could not say it. */
const REPEAT_MS = 3_000

/** Who is shown as typing, in all conversations. Beyond it the first is left out. */
const MAX_SHOWN = 1_000

interface Telling {
  nextAt: number
  idle: ReturnType<typeof setTimeout> | undefined
}

export function makeTyping(core: Core) {
  const { app, slices, viewerId } = core
  /** The ends of those that are shown. */
  const ends = new Map<Ref, ReturnType<typeof setTimeout>>()
  const telling = new Map<string, Telling>()

  const forget = (conversationId: string, ref: Ref) => {
    clearTimeout(ends.get(ref))
    ends.delete(ref)
    core.write([{ list: lists.typing(conversationId), remove: [ref] }, { forget: ref }])
  }

  /** The message ends it for the others too. */
  const ended = (conversationId: string): Telling | undefined => {
    const known = telling.get(conversationId)
    clearTimeout(known?.idle)
    telling.delete(conversationId)
    return known
  }

  const stop = (conversationId: string) => {
    if (!ended(conversationId)) return
    // It ends by itself soon, also if nobody hears of this.
    app.mutate(StopTypingDocument, { input: { conversationId } }).catch(() => undefined)
  }

  const nameOf = (conversationId: string) => `typing ${conversationId}`
  const begin = (conversationId: string) => {
    const list = lists.typing(conversationId)
    if (!core.state().lists.has(list)) core.write([{ list, set: [] }])
  }

  return {
    /** A state that began anew, and a conversation that was left, lack the list that a screen still shows. */
    expect(event: InboxEventFields) {
      if (event.__typename === 'TypingChanged' && slices.isWatched(nameOf(event.conversationId)))
        begin(event.conversationId)
    },

    take(event: InboxEventFields) {
      if (event.__typename === 'TypingChanged') {
        const { conversationId, userId, endsInMs } = event
        const ref = refOf('Typing', conversationId, userId)
        clearTimeout(ends.get(ref))
        ends.delete(ref)
        const isListed = core.state().lists.get(lists.typing(conversationId))?.includes(ref)
        if (endsInMs === 0 || !isListed) return forget(conversationId, ref)
        ends.set(
          ref,
          setTimeout(() => forget(conversationId, ref), endsInMs),
        )
        const [oldest] = ends.keys()
        if (ends.size > MAX_SHOWN && oldest) forget(oldest.split(':')[1] ?? '', oldest)
      } else if (event.__typename === 'MessageReceived') {
        const { conversation, sender } = event.message
        const ref = conversation && refOf('Typing', conversation.id, sender.id)
        if (ref && ends.has(ref)) forget(conversation.id, ref)
      }
    },

    /** The others who type. */
    of: (conversationId: string): Slice<readonly ChatUser[]> =>
      slices.find(nameOf(conversationId), () => ({
        onWatched: () => begin(conversationId),
        make(viewsOf: ViewsOf) {
          const views = viewsOf((ref, reader) => {
            const userId = reader.entity(ref)?.['userId']
            return typeof userId === 'string' && userId !== viewerId ? viewUser(reader, userId) : undefined
          })
          return (reader: Reader) => views.all(reader.list(lists.typing(conversationId)) ?? [])
        },
      })),

    /** The viewer wrote a character. */
    tell(conversationId: string) {
      const known = telling.get(conversationId) ?? { nextAt: 0, idle: undefined }
      clearTimeout(known.idle)
      known.idle = setTimeout(() => stop(conversationId), IDLE_MS)
      telling.set(conversationId, known)
      const now = performance.now()
      if (now < known.nextAt) return
      known.nextAt = now + REPEAT_MS
      app.mutate(StartTypingDocument, { input: { conversationId } }).then(
        ({ startTyping }) => void (known.nextAt = now + startTyping.repeatAfterMs),
        // The next character tells it again.
        () => undefined,
      )
    },
    stop,
    ended,
    close() {
      for (const end of ends.values()) clearTimeout(end)
      ends.clear()
      for (const conversationId of [...telling.keys()]) stop(conversationId)
    },
  }
}
