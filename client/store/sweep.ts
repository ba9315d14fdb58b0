/** What nobody looks at is forgotten, so that a store that runs for weeks does not grow. */
import { type Change, type Fields, lists, type Ref, refOf } from '../cache/index.ts'
import { messagesName, pinsName, shownName } from './conversations.ts'
import type { Core } from './core.ts'
import { dropMessages, keepEnd, leaveWindow, MAX_LISTED } from './messages.ts'

/** Conversations whose last messages are kept after their screens were left: going back shows them at once. */
const MAX_LEFT = 20

/** Marks of messages that the viewer deleted for themselves, which may still be on their way. */
const MAX_HIDDEN = 1_000

/** The entities are looked through when there are so many more than were left the last time. */
const MORE = 2_000

export function makeSweep(core: Core) {
  const { slices } = core
  /** In the order in which they were left. */
  const left = new Set<string>()
  let nextAt = MORE

  const isShown = (id: string) => slices.isWatched(messagesName(id)) || slices.isWatched(pinsName(id))

  /** Removes entities that no list and no entity that stays refers to. */
  const collect = () => {
    const { entities, lists: known } = core.state()
    const used = new Set<Ref>([refOf('User', core.viewerId)])
    const use = (ref: Ref) => {
      if (used.has(ref)) return
      used.add(ref)
      const { sender, lastMessage, peer, userId, byId } = entities.get(ref) ?? {}
      for (const other of [sender, lastMessage, peer]) if (typeof other === 'string') use(other as Ref)
      for (const id of [userId, byId]) if (typeof id === 'string') used.add(refOf('User', id))
    }
    for (const refs of known.values()) refs.forEach(use)
    const hidden = [...entities].filter(([, { isHidden, sequence }]) => isHidden === true && sequence === undefined)
    for (const [ref] of hidden.slice(-MAX_HIDDEN)) used.add(ref)
    const changes: Change[] = []
    for (const [ref, fields] of entities) {
      if (!KEPT.test(ref)) {
        if (!used.has(ref) && !isNeeded(ref, fields)) changes.push({ forget: ref })
      } else use(ref)
    }
    // What a conversation refers to was marked after some of it had been looked at.
    core.write(changes.filter((change) => 'forget' in change && !used.has(change.forget)))
    nextAt = core.state().entities.size + MORE
  }

  /** Of a message or a receipt, whether a screen shows it by itself. */
  const isNeeded = (ref: Ref, { conversationId }: Fields): boolean => {
    const [type, id = ''] = ref.split(':')
    if (type === 'Message') return slices.isWatched(`message ${id}`)
    if (type === 'Gone') return slices.isWatched(`message ${id}`) || slices.isWatched(shownName(id)) || isShown(id)
    if (type === 'Receipt') return core.state().lists.has(lists.messages(id))
    return type === 'Presence' || typeof conversationId === 'string'
  }

  return {
    /** Nobody looks at the messages of a conversation any more. */
    left(id: string) {
      left.delete(id)
      left.add(id)
      core.write([...leaveWindow(id), ...keepEnd(core, id)])
      for (const oldest of left) {
        if (left.size <= MAX_LEFT) break
        left.delete(oldest)
        if (!isShown(oldest)) core.write(dropMessages(oldest))
      }
    },
    /** The viewer is no member any more: nothing of it is kept, and it is loaded anew if the viewer comes back. */
    gone(id: string) {
      core.write([...dropMessages(id), { merge: refOf('Gone', id), fields: {} }])
      collect()
    },
    /** After an event. */
    grown(conversationId: string | undefined) {
      if (conversationId !== undefined) {
        const { length = 0 } = core.state().lists.get(lists.messages(conversationId)) ?? []
        if (length > MAX_LISTED + CUT) core.write(keepEnd(core, conversationId, MAX_LISTED))
      }
      if (core.state().entities.size > nextAt) collect()
    },
  }
}

/** The list at the end is cut by so many at once: each cut costs as much as the list is long. */
const CUT = 100

/** Of these there are as many as the viewer has conversations, and of the last two as many as were opened. */
const KEPT = /^(Conversation|Group|Unread|Reach|Place|Window):/
