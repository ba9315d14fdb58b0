/** The stores of the same user in other tabs: some acts of this one send no event to its device. */
import type { Change } from '../cache/index.ts'
import type { Core } from './core.ts'

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
        if (changes.every((change) => !('merge' in change) || entities.has(change.merge))) core.write(changes)
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
