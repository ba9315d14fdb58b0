/**
 * React hooks on the live store: what a chat shows, kept by the inbox. They render on a server what is known, which is nothing, and
 * ask nothing there. A component is rendered again when what it shows has changed, and only then.
 */
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react'
import type { App } from '../connect.ts'
import type { ConversationFilter } from '../generated/operations.ts'
import type { OutboxItem, Outgoing } from '../outbox.ts'
import { idsIn, makeQueries, type Queries } from '../queries.ts'
import type {
  Account,
  ChatMessage,
  ChatPresence,
  ChatUser,
  Contacts,
  ConversationList,
  GroupInvitation,
  Listed,
  MemberList,
  MessageList,
  MessagesSlice,
  OneConversation,
  OneMessage,
  Slice,
  Store,
  Unread,
} from '../store/index.ts'
import { ParleyProvider } from './index.ts'
import type { InboxEvent } from './inbox.ts'

const Context = createContext<Store | null>(null)

export interface ChatProviderProps {
  /** The provider does not dispose of it. */
  readonly store: Store
  /** The answers of `useQuery` below it. Default: answers of the provider's own. */
  readonly queries?: Queries
  readonly children?: ReactNode
}

/**
 * Gives the store to the hooks below it, and to those of `@parley/client/react`: a `useQuery` is asked again when the store hears of
 * what it shows, so `useInbox` is not needed beside it.
 */
export function ChatProvider({ store, queries: given, children }: ChatProviderProps) {
  const app = useMemo((): App => ({ ...store.app, mutate: store.mutate }), [store])
  const queries = useMemo(() => given ?? makeQueries(app), [given, app])
  useEffect(() => store.onEvent((event) => queries.touch(idsIn(event))), [store, queries])
  return createElement(Context.Provider, { value: store }, createElement(ParleyProvider, { app, queries }, children))
}

export function useStore(): Store {
  const store = useContext(Context)
  if (!store) throw new Error('This hook needs a ChatProvider above its component.')
  return store
}

const useSlice = <Value>({ watch, get }: Slice<Value>): Value => useSyncExternalStore(watch, get, get)

/** The slice that `find` finds in the store. `key` says what it is of: another one is looked for when the key is another. */
function useFound<Found extends Slice<unknown>>(find: (store: Store) => Found, key: string): Found {
  const store = useStore()
  return useMemo(() => find(store), [store, key])
}

export interface ConversationsResult extends ConversationList {
  loadMore(): Promise<void>
}

/** The list of conversations, by a filter if one is given. */
export function useConversations(filter: ConversationFilter = {}): ConversationsResult {
  const slice = useFound((store) => store.conversations(filter), JSON.stringify(filter))
  const list = useSlice(slice)
  return useMemo(() => ({ ...list, loadMore: slice.loadMore }), [list, slice])
}

export const useConversation = (id: string): OneConversation =>
  useSlice(useFound((store) => store.conversation(id), id))

export type MessagesResult = MessageList & Pick<MessagesSlice, 'loadOlder' | 'loadNewer' | 'jumpTo' | 'jumpToEnd'>

/** The messages of a conversation, at its end or around a message, with what the viewer sends. */
export function useMessages(conversationId: string): MessagesResult {
  const slice = useFound((store) => store.messages(conversationId), conversationId)
  const list = useSlice(slice)
  return useMemo(() => {
    const { loadOlder, loadNewer, jumpTo, jumpToEnd } = slice
    return { ...list, loadOlder, loadNewer, jumpTo, jumpToEnd }
  }, [list, slice])
}

/** One message, such as the one that another answers. */
export const useMessage = (id: string): OneMessage => useSlice(useFound((store) => store.message(id), id))

export const usePins = (conversationId: string): Listed<ChatMessage> =>
  useSlice(useFound((store) => store.pins(conversationId), conversationId))

export interface SendResult {
  /** A text, or a message with all that it has. Resolves when it is kept; its state is that of its message in the list. */
  send(message: string | Omit<Outgoing, 'conversationId'>): Promise<OutboxItem>
  /** Of a refused message, by its `key`. */
  retry(key: string): Promise<boolean>
  discard(key: string): Promise<boolean>
}

/** Sends to a conversation: at once on the screen, and by the outbox as soon as the network lets it. */
export function useSendMessage(conversationId: string): SendResult {
  const store = useStore()
  return useMemo(
    () => ({
      send: (message) => store.send({ ...(typeof message === 'string' ? { text: message } : message), conversationId }),
      retry: store.retry,
      discard: store.discard,
    }),
    [store, conversationId],
  )
}

/** What the viewer may do with a stored message. Each rejects as `app.mutate` does, such as when the viewer may not. */
export interface MessageActs {
  edit(text: string): Promise<void>
  /** For everyone. */
  remove(): Promise<void>
  removeForMe(): Promise<void>
  /** Adds the viewer's reaction, or takes it back. */
  toggleReaction(emoji: string): Promise<void>
}

/** For a message that is not stored yet, its functions do nothing. */
export function useMessageActs({ id, reactions }: Pick<ChatMessage, 'id' | 'reactions'>): MessageActs {
  const store = useStore()
  return useMemo(() => {
    const act = async (does: (messageId: string) => Promise<void>) => (id === null ? undefined : does(id))
    return {
      edit: (text) => act((messageId) => store.editMessage(messageId, text)),
      remove: () => act(store.deleteMessage),
      removeForMe: () => act((messageId) => store.deleteMessagesForMe([messageId])),
      toggleReaction: (emoji) =>
        act((messageId) => {
          const isMine = reactions.some((reaction) => reaction.emoji === emoji && reaction.mine)
          return isMine ? store.removeReaction(messageId, emoji) : store.addReaction(messageId, emoji)
        }),
    }
  }, [store, id, reactions])
}

/** While it is shown and the user looks at the page: the conversation is read up to a message. Null: nothing yet. */
export function useMarkRead(conversationId: string, upTo: number | null | undefined): void {
  const store = useStore()
  useEffect(() => {
    if (upTo == null) return
    const { document } = globalThis as {
      document?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string }
    }
    const mark = () => {
      if (document?.visibilityState !== 'hidden') void store.markRead(conversationId, upTo)
    }
    mark()
    document?.addEventListener('visibilitychange', mark)
    return () => document?.removeEventListener('visibilitychange', mark)
  }, [store, conversationId, upTo])
}

/** Whether a user is online. Null while it is not known. */
export const usePresence = (userId: string): ChatPresence | null =>
  useSlice(useFound((store) => store.presence(userId), userId))

export interface TypingResult {
  /** The others who type. */
  readonly typing: readonly ChatUser[]
  /** To be called with each character: the others are told no oftener than the server asks. It ends by itself. */
  startTyping(): void
  stopTyping(): void
}

/** Who types in a conversation, and that the viewer does, until the component is gone. */
export function useTyping(conversationId: string): TypingResult {
  const store = useStore()
  const typing = useSlice(useFound((found) => found.typing(conversationId), conversationId))
  const startTyping = useCallback(() => store.startTyping(conversationId), [store, conversationId])
  const stopTyping = useCallback(() => store.stopTyping(conversationId), [store, conversationId])
  useEffect(() => stopTyping, [stopTyping])
  return useMemo(() => ({ typing, startTyping, stopTyping }), [typing, startTyping, stopTyping])
}

/** What the viewer has not read in all conversations: for a badge. */
export const useUnread = (): Unread => useSlice(useFound((store) => store.unread(), ''))

export interface MembersResult extends MemberList {
  loadMore(): Promise<void>
}

export function useMembers(groupId: string): MembersResult {
  const slice = useFound((store) => store.members(groupId), groupId)
  const list = useSlice(slice)
  return useMemo(() => ({ ...list, loadMore: slice.loadMore }), [list, slice])
}

/** For the owner and the admins of a group. */
export const useJoinRequests = (groupId: string): Listed<ChatUser> =>
  useSlice(useFound((store) => store.joinRequests(groupId), groupId))

export const useGroupInvites = (): Listed<GroupInvitation> => useSlice(useFound((store) => store.groupInvites(), ''))

export const useScheduledMessages = () => useSlice(useFound((store) => store.scheduled(), ''))

export const useContacts = (): Contacts => useSlice(useFound((store) => store.contacts(), ''))

export const useAccount = (): Account => useSlice(useFound((store) => store.account(), ''))

/** Why the inbox has ended for good, such as a session that has ended: the user must sign in again. */
export const useInboxFailure = (): Error | undefined => useSlice(useFound((store) => store.failure(), ''))

/** `onEvent` gets each event, in order, after the store has written it. */
export function useInboxEvents(onEvent: (event: InboxEvent) => void): void {
  const store = useStore()
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  useEffect(() => store.onEvent((event) => latest.current(event)), [store])
}
