/** What the viewer has not read: in one conversation, which its own counts say, and in all. */
import { type Change, type Fields, type InboxEventFields, lists, type Ref, refOf } from '../cache/index.ts'
import { countFields, placeConversation } from '../cache/entities.ts'
import { MarkReadDocument, UnreadCountsDocument } from '../generated/operations.ts'
import type { Core, Loading } from './core.ts'
import type { Slice } from './slices.ts'
import type { Reader } from './track.ts'
import { knownConversation } from './views.ts'

export interface Unread extends Loading {
  /** The unread messages of all conversations; 10,000 means 10,000 or more. */
  readonly messages: number
  /** Conversations with unread messages, or marked as unread. */
  readonly conversations: number
}

const UNREAD = refOf('Unread', 'all')
const NAME = 'unread'

/** At most so often the server is asked for what cannot be counted here. */
const PAUSE_MS = 2_000

/**
 * An answer may count messages whose events come later, and are counted twice then. So it is asked again when nothing
 * has come for so long.
 */
const QUIET_MS = 5_000
/** In an inbox that is never quiet it is asked again after so long all the same. */
const BUSY_MS = 30_000

interface Counts {
  readonly messages: number
  readonly conversations: number
}

const countsOf = (fields: Fields | undefined): Counts => {
  const { unreadCount = 0, preferences } = (fields ?? {}) as {
    readonly unreadCount?: number
    readonly preferences?: { readonly markedUnread: boolean }
  }
  return { messages: unreadCount, conversations: unreadCount > 0 || preferences?.markedUnread === true ? 1 : 0 }
}

/** The conversations that an event is about, which count what is unread. */
function conversationsOf(event: InboxEventFields): readonly string[] {
  switch (event.__typename) {
    case 'MessagesRead':
    case 'ConversationCleared':
    case 'MessagesDeletedForMe':
      return [event.conversationId]
    case 'ConversationPreferencesChanged':
      return event.conversationIds
    case 'MessageReceived':
    case 'MessageDeleted':
      return event.message.conversation ? [event.message.conversation.id] : []
    default:
      return []
  }
}

export function makeReads(core: Core) {
  const { app, slices } = core
  const marked = new Map<string, number>()
  let soon: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  /** The last answer, or the stream that catches up on what came before it, is young. */
  let isUnsure = false
  /** When the question was put off first, by `performance.now()`. */
  let putOffAt: number | undefined
  const beUnsure = () => {
    isUnsure = true
    clearTimeout(quiet)
    quiet = setTimeout(() => (isUnsure = false), QUIET_MS)
  }

  const load = () =>
    core.reload(NAME, {
      ask: () => app.query(UnreadCountsDocument, {}),
      write({ unreadCounts: { messages, conversations } }) {
        beUnsure()
        return [{ merge: UNREAD, fields: { messages, conversations } satisfies Counts }]
      },
    })
  const loadSoon = () => {
    if (!slices.isWatched(NAME)) return core.write([{ forget: UNREAD }])
    soon ??= setTimeout(() => {
      soon = undefined
      void load()
    }, PAUSE_MS)
  }
  const loadWhenQuiet = () => {
    if (!slices.isWatched(NAME)) return core.write([{ forget: UNREAD }])
    const now = performance.now()
    putOffAt ??= now
    clearTimeout(quiet)
    const again = () => {
      putOffAt = undefined
      void load()
    }
    quiet = setTimeout(again, Math.max(0, Math.min(QUIET_MS, putOffAt + BUSY_MS - now)))
  }
  const close = () => {
    clearTimeout(soon)
    clearTimeout(quiet)
    soon = undefined
    putOffAt = undefined
  }

  return {
    unread: (): Slice<Unread> =>
      slices.find(NAME, () => ({
        onWatched() {
          core.wanted.set(NAME, load)
          if (!core.state().entities.has(UNREAD)) void load()
        },
        onUnwatched() {
          core.wanted.delete(NAME)
          close()
          if (isUnsure) core.write([{ forget: UNREAD }])
        },
        make: () => (reader: Reader) => {
          const known = reader.entity(UNREAD) as Counts | undefined
          const { isLoading = !known, error } = reader.fact<Loading>(core.loadingOf(NAME)) ?? {}
          return { messages: known?.messages ?? 0, conversations: known?.conversations ?? 0, isLoading, error }
        },
      })),

    /** Before an event is written: what it says of conversations that are not known cannot be counted here. */
    take(event: InboxEventFields) {
      const isKnown = (id: string) => core.state().entities.has(refOf('Conversation', id))
      if (!conversationsOf(event).every(isKnown)) loadSoon()
    },

    /** A conversation that was known has changed. */
    changed(before: Fields, after: Fields | undefined) {
      const known = core.state().entities.get(UNREAD) as Counts | undefined
      if (!known) return
      const [old, now] = [countsOf(before), countsOf(after)]
      if (old.messages === now.messages && old.conversations === now.conversations) return
      if (known.messages >= 10_000) return loadSoon()
      // What is counted here may be wrong by what the stream and an answer both told: the server has the last word.
      if (slices.isWatched(NAME) || core.isRunning(NAME) || isUnsure) loadWhenQuiet()
      core.write([
        {
          merge: UNREAD,
          fields: {
            messages: Math.max(0, known.messages + now.messages - old.messages),
            conversations: Math.max(0, known.conversations + now.conversations - old.conversations),
          } satisfies Counts,
        },
      ])
    },

    /** Shows it at once, and tells the server; what the server could not be told is told when it is back. */
    async markRead(conversationId: string, upTo?: number): Promise<readonly Change[]> {
      const entity = (ref: Ref) => core.state().entities.get(ref)
      const known = knownConversation({ entity }, conversationId)
      const last = upTo ?? known?.lastSequence ?? 0
      const isNews = !known || last > known.readUpTo || known.preferences.markedUnread
      if (!isNews || last === 0 || last <= (marked.get(conversationId) ?? 0)) return []
      marked.set(conversationId, last)
      if (known) {
        const preferences = { ...known.preferences, markedUnread: false }
        const fields = { readUpTo: last, preferences, unreadCount: unreadAfter(core, conversationId, last) }
        core.write([{ merge: refOf('Conversation', conversationId), fields }])
      }
      let changes: readonly Change[] = []
      await core.reload(`read ${conversationId}`, {
        ask: () => {
          const input = { conversationId, upTo: marked.get(conversationId) ?? last }
          return app.mutate(MarkReadDocument, { input })
        },
        write({ markRead: { conversation } }) {
          marked.delete(conversationId)
          if (!core.state().entities.has(refOf('Conversation', conversationId))) return []
          const { preferences, ...counts } = conversation
          const fields = { ...countFields(counts), preferences, preferencesUpTo: counts.lastSequence }
          changes = [
            { merge: refOf('Conversation', conversationId), fields },
            placeConversation(conversationId, preferences),
          ]
          return changes
        },
      })
      // What was refused is not tried again.
      if (!core.isFailed(`read ${conversationId}`)) marked.delete(conversationId)
      return changes
    },
    /** The stream is open again: the last answer may have counted what it tells now. */
    opened() {
      if (slices.isWatched(NAME) && !isUnsure) beUnsure()
    },
    close,
  }
}

/** Until the server has counted: the messages of others after it, if they are listed, and no more than before. */
export function unreadAfter({ state, viewerId }: Core, id: string, upTo: number): number {
  const { entities } = state()
  const known = entities.get(refOf('Conversation', id)) as { lastSequence: number; unreadCount: number }
  if (upTo >= known.lastSequence) return 0
  const listed = (state().lists.get(lists.messages(id)) ?? []).map((ref) => entities.get(ref) ?? {})
  if (Number(listed[0]?.['sequence'] ?? Infinity) > upTo + 1) {
    return Math.min(known.unreadCount, known.lastSequence - upTo)
  }
  const isUnread = ({ sequence, sender, type, deletedAt }: Fields) =>
    Number(sequence) > upTo && sender !== refOf('User', viewerId) && type !== 'SYSTEM' && deletedAt === null
  return Math.min(known.unreadCount, listed.filter(isUnread).length)
}
