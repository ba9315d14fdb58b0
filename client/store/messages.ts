/**
 * The messages of a conversation: its end, which goes on by itself, or a window around a message, which pages both ways until it
 * reaches the end.
 */
import { type Change, lists, type Ref, refOf } from '../cache/index.ts'
import { writeMessage } from '../cache/entities.ts'
import {
  ConversationMessagesDocument,
  type ConversationMessagesQuery,
  type ConversationMessagesQueryVariables,
} from '../generated/operations.ts'
import { loadingOne, loadOne, MESSAGES_PAGE, messagesName } from './conversations.ts'
import type { Core, Loading } from './core.ts'
import type { Outgoings } from './outgoing.ts'
import type { Slice, ViewsOf } from './slices.ts'
import type { Reader } from './track.ts'
import { type ChatMessage, knownConversation, viewMessage, viewOutgoing } from './views.ts'

export interface MessageList extends Loading {
  /** In their order; at the end of the conversation those that wait in the outbox come last. */
  readonly messages: readonly ChatMessage[]
  /** True if `loadOlder` finds more. */
  readonly hasOlder: boolean
  /** True if `loadNewer` finds more: the list is a window around a message. Else it goes on by itself. */
  readonly hasNewer: boolean
  readonly isLoadingOlder: boolean
  readonly isLoadingNewer: boolean
}

/** The promises resolve when it is done or has failed; `error` of the list says why. */
export interface MessagesSlice extends Slice<MessageList> {
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  /**
   * Shows the messages around a message. False if the viewer may not see it, if it could not be loaded (it is not tried again
   * by itself), or if another jump came after it.
   */
  jumpTo(messageId: string): Promise<boolean>
  /** Shows the end of the conversation again. */
  jumpToEnd(): void
}

/** Messages of one list. Beyond it those at the other end are left out, and are loaded again when they are scrolled to. */
export const MAX_LISTED = 1_000

/** Messages at the end of a conversation that are kept while a window is shown, and when nobody looks any more. */
const KEPT_AT_END = 100

/** What is known beside the lists. A cursor is null if it must be found by a number first. */
interface Place {
  /** Before the list that goes to the end. */
  readonly hasOlder: boolean
  readonly olderCursor: string | null
}

interface WindowPlace extends Place {
  readonly newerCursor: string | null
}

export const windowOf = (id: string) => `window:${id}`
const placeRef = (id: string) => refOf('Place', id)
const windowRef = (id: string) => refOf('Window', id)

type Page = NonNullable<ConversationMessagesQuery['conversation']>['messages']

export function messageList(core: Core, outgoings: Outgoings, id: string, onLeft: (id: string) => void): MessagesSlice {
  const { app, slices, viewerId } = core
  const name = messagesName(id)
  const load = () => loadOne(core, id)
  const placeNow = () => core.state().entities.get(placeRef(id)) as Place | undefined
  const windowNow = () => core.state().entities.get(windowRef(id)) as WindowPlace | undefined
  const refsNow = () => core.state().lists.get(windowOf(id)) ?? core.state().lists.get(lists.messages(id)) ?? []
  const sequenceOf = (ref: Ref | undefined) => Number((ref && core.state().entities.get(ref)?.['sequence']) ?? 0)

  const ask = async (variables: Omit<ConversationMessagesQueryVariables, 'id'>): Promise<Page | null> => {
    const { conversation } = await app.query(ConversationMessagesDocument, { id, ...variables })
    return conversation?.messages ?? null
  }
  /** The cursor of a message that is known by its number. */
  const cursorAt = async (sequence: number) => (await ask({ from: sequence, first: 1 }))?.pageInfo.startCursor ?? null

  const write = (page: Page): { readonly changes: Change[]; readonly refs: Ref[] } => ({
    changes: page.edges.flatMap(({ node }) => writeMessage(node, { viewerId, state: core.state() })),
    refs: page.edges.map(({ node }) => refOf('Message', node.id)),
  })
  const inOrder = (refs: readonly Ref[], more: readonly { readonly ref: Ref; readonly sequence: number }[]): Ref[] => {
    const sequences = new Map(refs.map((ref) => [ref, sequenceOf(ref)]))
    for (const { ref, sequence } of more) sequences.set(ref, sequence)
    return [...sequences].sort(([, one], [, other]) => one - other).map(([ref]) => ref)
  }
  const numbered = (page: Page) =>
    page.edges.map(({ node }) => ({ ref: refOf('Message', node.id), sequence: node.sequence }))

  /** A window is shown; if it reaches the list that goes to the end, the two become one. */
  const showWindow = (refs: readonly Ref[], place: WindowPlace & { readonly hasNewer: boolean }): Change[] => {
    const end = core.state().lists.get(lists.messages(id)) ?? []
    const shown = new Set(refs)
    if (place.hasNewer && !end.some((ref) => shown.has(ref))) {
      const { hasOlder, olderCursor, newerCursor } = place
      return [
        { list: windowOf(id), set: refs },
        { merge: windowRef(id), fields: { hasOlder, olderCursor, newerCursor } satisfies WindowPlace },
      ]
    }
    const { hasOlder, olderCursor } = place
    return [
      { list: lists.messages(id), set: [...refs, ...end.filter((ref) => !shown.has(ref))] },
      ...leaveWindow(id),
      { merge: placeRef(id), fields: { hasOlder, olderCursor } satisfies Place },
    ]
  }

  const loadOlder = async () => {
    const place = windowNow() ?? placeNow()
    const [first] = refsNow()
    if (!place?.hasOlder || first === undefined) return
    await core.load(`older ${name}`, {
      async ask() {
        const before = place.olderCursor ?? (await cursorAt(sequenceOf(first)))
        return before === null ? null : ask({ last: MESSAGES_PAGE, before })
      },
      write(page) {
        const before = refsNow()
        // The list may be another one by now.
        if (!page || before[0] !== first) return []
        const { changes } = write(page)
        const refs = inOrder(before, numbered(page))
        const older = { hasOlder: page.pageInfo.hasPreviousPage, olderCursor: page.pageInfo.startCursor ?? null }
        const window = windowNow()
        if (refs.length <= MAX_LISTED) {
          return window
            ? [...changes, { list: windowOf(id), set: refs }, { merge: windowRef(id), fields: older }]
            : [...changes, { list: lists.messages(id), set: refs }, { merge: placeRef(id), fields: older }]
        }
        return [
          ...changes,
          ...(window ? [] : keepEnd(core, id)),
          { list: windowOf(id), set: refs.slice(0, MAX_LISTED) },
          { merge: windowRef(id), fields: { ...older, newerCursor: null } satisfies WindowPlace },
        ]
      },
    })
  }

  const loadNewer = async () => {
    const place = windowNow()
    const last = refsNow().at(-1)
    if (!place || last === undefined) return
    await core.load(`newer ${name}`, {
      async ask() {
        const after = place.newerCursor ?? (await cursorAt(sequenceOf(last)))
        return after === null ? null : ask({ first: MESSAGES_PAGE, after })
      },
      write(page) {
        const window = windowNow()
        const before = refsNow()
        if (!page || !window || before.at(-1) !== last) return []
        const { changes } = write(page)
        const all = inOrder(before, numbered(page))
        const refs = all.slice(-MAX_LISTED)
        const older = all.length > refs.length ? { hasOlder: true, olderCursor: null } : window
        const { hasNextPage: hasNewer, endCursor: newerCursor = null } = page.pageInfo
        return [...changes, ...showWindow(refs, { ...older, hasNewer, newerCursor })]
      },
    })
  }

  /** The message to show, until it is shown or the user wants something else. */
  let target: string | null = null
  const jumpTo = async (messageId: string): Promise<boolean> => {
    const ref = refOf('Message', messageId)
    target = messageId
    if (!placeNow()) await load()
    if (!placeNow() || target !== messageId) return false
    if (refsNow().includes(ref)) return true
    if ((core.state().lists.get(lists.messages(id)) ?? []).includes(ref)) {
      core.write(leaveWindow(id))
      return true
    }
    let around: string | null
    await core.reload(`jump ${name}`, {
      isOnce: true,
      ask: async () => ((around = target) === null ? null : ask({ around, first: MESSAGES_PAGE })),
      write(page) {
        if (!page || around !== target) return []
        const { changes, refs } = write(page)
        const { hasPreviousPage, hasNextPage, startCursor = null, endCursor = null } = page.pageInfo
        const place = { hasOlder: hasPreviousPage, olderCursor: startCursor, newerCursor: endCursor }
        // An older window is left, whether or not the two meet.
        return [...changes, ...leaveWindow(id), ...showWindow(refs, { ...place, hasNewer: hasNextPage })]
      },
    })
    return target === messageId && refsNow().includes(ref)
  }
  const jumpToEnd = () => {
    target = null
    core.write(leaveWindow(id))
  }

  return slices.find(name, () => ({
    onWatched() {
      core.wanted.set(name, load)
      if (!placeNow()) void load()
    },
    onUnwatched() {
      core.wanted.delete(name)
      onLeft(id)
    },
    make(viewsOf: ViewsOf) {
      const views = viewsOf((ref, reader) => viewMessage(reader, ref, viewerId))
      return (reader: Reader): MessageList => {
        const place = reader.entity(placeRef(id)) as Place | undefined
        const window = reader.entity(windowRef(id)) as WindowPlace | undefined
        const refs = (window && reader.list(windowOf(id))) ?? reader.list(lists.messages(id)) ?? []
        const cleared = knownConversation(reader, id)?.clearedUpTo ?? 0
        const stored = views.all(refs).filter(({ sequence }) => (sequence ?? 0) > cleared)
        const waiting = window ? [] : outgoings.of(reader, id, stored)
        const isSettled = place !== undefined || reader.entity(refOf('Gone', id)) !== undefined
        const { isLoading = !isSettled, error } = reader.fact<Loading>(loadingOne(core, id)) ?? {}
        const isRunning = (kind: string) => reader.fact<Loading>(core.loadingOf(`${kind} ${name}`))
        const [older, newer, jump] = [isRunning('older'), isRunning('newer'), isRunning('jump')]
        return {
          messages:
            waiting.length > 0 ? [...stored, ...waiting.map((item) => viewOutgoing(reader, item, viewerId))] : stored,
          hasOlder: (window ?? place)?.hasOlder ?? false,
          hasNewer: window !== undefined,
          isLoading,
          isLoadingOlder: older?.isLoading ?? false,
          isLoadingNewer: newer?.isLoading ?? false,
          error: error ?? older?.error ?? newer?.error ?? jump?.error,
        }
      }
    },
    acts: { loadOlder, loadNewer, jumpTo, jumpToEnd },
  }))
}

export const leaveWindow = (id: string): Change[] => [{ list: windowOf(id), drop: true }, { forget: windowRef(id) }]

/** Leaves out all but the last messages of the list that goes to the end. */
export function keepEnd({ state }: Core, id: string, most = KEPT_AT_END): Change[] {
  const refs = state().lists.get(lists.messages(id))
  if (!refs || refs.length <= most) return []
  return [
    { list: lists.messages(id), set: refs.slice(-most) },
    { merge: placeRef(id), fields: { hasOlder: true, olderCursor: null } satisfies Place },
  ]
}

/** The conversation's messages are not known any more. */
export const dropMessages = (id: string): Change[] => [
  ...leaveWindow(id),
  ...[lists.messages(id), lists.pins(id), lists.typing(id)].map((list): Change => ({ list, drop: true })),
  { forget: placeRef(id) },
]
