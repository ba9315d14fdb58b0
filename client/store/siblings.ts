/** The stores of the same user in other tabs: some acts of this one send no event to its device. */
import type { Change } from '../cache/index.ts'
import type { Core } from './core.ts'
import { unreadAfter } from './reads.ts'
import { idOf } from './views.ts'

/** What is used of a `BroadcastChannel`. */
interface Channel {
  postMessage(message: unknown): void
  onmessage: unknown
  close(): void
  /** On Node, where an open channel would keep the process alive. */
  unref?(): void
}

export function openSiblings(core: Core) {
  let channel: Channel | undefined
  const tell = (changes: readonly Change[]) => {
    if (changes.length > 0) channel?.postMessage(changes)
  }
  return {
    open() {
      const { BroadcastChannel: Known } = globalThis as unknown as { BroadcastChannel?: new (name: string) => Channel }
      if (channel || !Known) return
      channel = new Known(`parley store ${core.viewerId}`)
      channel.onmessage = ({ data: changes }: { readonly data: readonly Change[] }) => {
        // What this tab does not know is loaded when it is shown, and not known by a part of it.
        const { entities } = core.state()
        if (changes.every((change) => !('merge' in change) || entities.has(change.merge))) {
          core.write(changes.map((change) => withoutOldCounts(core, change)))
        }
      }
      channel.unref?.()
    },
    tell,
    /** Writes here and there. */
    share(changes: readonly Change[]) {
      core.write(changes)
      tell(changes)
    },
    close: () => channel?.close(),
  }
}

/** The other tab may not have got the last messages when the server counted for it. */
function withoutOldCounts(core: Core, change: Change): Change {
  if (!('merge' in change) || !change.merge.startsWith('Conversation:')) return change
  const { lastSequence, lastMessage: _, ...fields } = change.fields
  const known = Number(core.state().entities.get(change.merge)?.['lastSequence'] ?? 0)
  if (lastSequence === undefined || Number(lastSequence) >= known) return change
  const unreadCount = unreadAfter(core, idOf(change.merge), Number(fields['readUpTo'] ?? 0))
  return { merge: change.merge, fields: { ...fields, unreadCount } }
}
