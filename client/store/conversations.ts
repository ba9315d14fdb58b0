/** The list of conversations, by pages and filters, and single ones. */
import { type Change, lists, loadConversation, loadConversations, orderOf, type Ref, refOf } from '../cache/index.ts'
import {
  ConversationDocument,
  type ConversationFilter,
  ConversationsDocument,
  type ConversationsQuery,
} from '../generated/operations.ts'
import type { Core, Loading } from './core.ts'
import type { Slice, ViewsOf } from './slices.ts'
import type { Reader } from './track.ts'
import { type ChatConversation, idOf, knownConversation, viewConversation } from './views.ts'

export interface ConversationList extends Loading {
  /** The pinned ones in their order, then the last active first. */
  readonly conversations: readonly ChatConversation[]
  readonly hasMore: boolean
}

export interface ConversationsSlice extends Slice<ConversationList> {
  /** Loads the next page. */
  loadMore(): Promise<void>
}

export interface OneConversation extends Loading {
  /** Null while it is not loaded, and if the viewer may not see it. */
  readonly conversation: ChatConversation | null
}

/** Conversations of one page. */
const PAGE = 30

/** Messages of one page. */
export const MESSAGES_PAGE = 50

/** How far the pages of one filter were loaded. It is kept in the state, so that a new state begins without. */
interface Reach {
  /** Null: to the end. */
  readonly cursor: string | null
  /** The last conversation of the pages, as it was then. What the order puts after it is not shown. */
  readonly last: object | null
}

const compare = orderOf(lists.conversations)

function belongs({ kind, preferences, unreadCount }: ChatConversation, filter: ConversationFilter): boolean {
  const isUnread = unreadCount > 0 || preferences.markedUnread
  const { archived, favorite } = preferences
  return (
    (filter.kind == null || filter.kind === kind) &&
    (filter.unread == null || filter.unread === isUnread) &&
    (filter.archived == null || filter.archived === archived) &&
    (filter.favorite == null || filter.favorite === favorite)
  )
}

/** How many of the conversations the pages reach: the list is in order, and has those of other filters too. */
function endOf(refs: readonly Ref[], { last }: Reach, { entity }: Reader): number {
  let [low, high] = [0, last ? refs.length : 0]
  while (low < high) {
    const middle = (low + high) >> 1
    const ref = refs[middle]
    if (ref && compare(entity(ref) ?? {}, { ...last }) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

export function conversationList(core: Core, filter: ConversationFilter): ConversationsSlice {
  const { slices, viewerId, app } = core
  const name = `conversations ${JSON.stringify([filter.kind, filter.unread, filter.archived, filter.favorite])}`
  const reachRef = refOf('Reach', name)
  const loadPage = (after: string | null) => ({
    ask: () => app.query(ConversationsDocument, { first: PAGE, after, filter }),
    write(answer: ConversationsQuery): Change[] {
      const { edges, pageInfo } = answer.conversations
      const cursor = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
      const fields = { cursor, last: edges.at(-1)?.node ?? null } satisfies Reach
      const [begin, ...changes] = loadConversations(answer, { viewerId, state: core.state() })
      // The conversations of other pages and filters stay.
      const isNew = begin && !core.state().lists.has(lists.conversations)
      return [...(isNew ? [begin] : []), ...changes, { merge: reachRef, fields }]
    },
  })
  const loadFirst = () => core.reload(name, loadPage(null))

  return slices.find(name, () => ({
    onWatched() {
      core.wanted.set(name, loadFirst)
      if (!core.state().entities.has(reachRef)) void loadFirst()
    },
    onUnwatched: () => void core.wanted.delete(name),
    make(viewsOf: ViewsOf) {
      // What the filter leaves out is left out of the views, so that each conversation is looked at only when it changes.
      const views = viewsOf((ref, reader) => {
        const one = viewConversation(reader, idOf(ref), viewerId)
        return one && belongs(one, filter) ? one : undefined
      })
      return (reader: Reader): ConversationList => {
        const reach = reader.entity(reachRef) as Reach | undefined
        const { isLoading = !reach, error } = reader.fact<Loading>(core.loadingOf(name)) ?? {}
        const hasMore = reach?.cursor != null
        const refs = reach ? (reader.list(lists.conversations) ?? []) : []
        const conversations = views.all(hasMore ? refs.slice(0, endOf(refs, reach, reader)) : refs)
        return { conversations, hasMore, isLoading, error }
      }
    },
    acts: {
      async loadMore() {
        const { cursor = null } = (core.state().entities.get(reachRef) ?? {}) as Partial<Reach>
        if (cursor !== null) await core.load(name, loadPage(cursor))
      },
    },
  }))
}

export function oneConversation(core: Core, id: string): Slice<OneConversation> {
  const { slices, viewerId } = core
  const name = shownName(id)
  const load = () => loadOne(core, id)
  return slices.find<OneConversation>(name, () => ({
    onWatched() {
      core.wanted.set(name, load)
      if (!knownConversation({ entity: (ref) => core.state().entities.get(ref) }, id)) void load()
    },
    onUnwatched: () => void core.wanted.delete(name),
    make: () => (reader) => {
      const conversation = viewConversation(reader, id, viewerId) ?? null
      const isSettled = conversation !== null || reader.entity(refOf('Gone', id)) !== undefined
      const { isLoading = !isSettled, error } = reader.fact<Loading>(loadingOne(core, id)) ?? {}
      return { conversation, isLoading, error }
    },
  }))
}

export const shownName = (id: string) => `show conversation ${id}`
export const pinsName = (id: string) => `pins ${id}`
export const messagesName = (id: string) => `messages ${id}`

const nameOne = (id: string) => `conversation ${id}`
export const loadingOne = ({ loadingOf }: Core, id: string) => loadingOf(nameOne(id))

/** Loads a conversation; with its last messages if somebody looks at them. */
export function loadOne(core: Core, id: string): Promise<void> {
  const { app, slices, viewerId } = core
  let isWhole = false
  return core.reload(nameOne(id), {
    ask() {
      const isShown = slices.isWatched(messagesName(id)) || slices.isWatched(pinsName(id))
      isWhole = isShown || core.state().lists.has(lists.messages(id))
      return app.query(ConversationDocument, { id, last: isWhole ? MESSAGES_PAGE : 1 })
    },
    write(answer): Change[] {
      const changes = loadConversation(answer, id, { viewerId, state: core.state() })
      if (!answer.conversation) return [...changes, { merge: refOf('Gone', id), fields: {} }]
      if (!isWhole) return changes.filter((change) => !('list' in change && 'set' in change))
      const { hasPreviousPage, startCursor } = answer.conversation.messages.pageInfo
      return [
        ...changes,
        { list: `window:${id}`, drop: true },
        { forget: refOf('Window', id) },
        { merge: refOf('Place', id), fields: { hasOlder: hasPreviousPage, olderCursor: startCursor ?? null } },
      ]
    },
  })
}
