/** Messages that the viewer sends: in their lists from the moment they are written, until the stored ones are there. */
import { refOf } from '../cache/index.ts'
import type { App } from '../connect.ts'
import { openOutbox, type Outbox, type OutboxItem } from '../outbox.ts'
import type { ClientStorage } from '../storage/storage.ts'
import type { Core } from './core.ts'
import type { Reader } from './track.ts'
import type { ChatMessage } from './views.ts'

export interface Outgoings extends AsyncDisposable {
  /** Those of a conversation whose stored ones are not listed yet. */
  of(reader: Reader, conversationId: string, stored: readonly ChatMessage[]): readonly OutboxItem[]
  outbox(): Promise<Outbox>
  /** The stream has told of a message of the viewer. */
  stored(messageId: string): void
}

export interface OutgoingOptions {
  readonly app: Pick<App, 'mutate'>
  /** The app's own outbox, or the storage of one that the store opens. */
  readonly outbox?: Outbox | undefined
  readonly storage: ClientStorage
}

/** Sent messages that are shown until the stream has told of them: as many as an outbox holds. */
const MAX_SENT = 1_000

const factOf = (conversationId: string) => `outgoing ${conversationId}`

export function makeOutgoings(core: Core, { app, outbox: given, storage }: OutgoingOptions): Outgoings {
  const { slices, viewerId } = core
  /** Items that left the outbox, by the ids of their messages, until the stream has told of them. */
  const sent = new Map<string, OutboxItem>()
  let opening: Promise<Outbox> | undefined
  let stopWatching: (() => void) | undefined
  let shown = new Set<string>()

  let items: readonly OutboxItem[] = []
  const show = () => {
    for (const item of items) {
      if (item.state.phase !== 'sent' || core.state().entities.has(refOf('Message', item.state.message.id))) continue
      sent.set(item.state.message.id, item)
      const [oldest] = sent.keys()
      if (sent.size > MAX_SENT && oldest !== undefined) sent.delete(oldest)
    }
    for (const id of sent.keys()) if (core.state().entities.has(refOf('Message', id))) sent.delete(id)
    const held = [...sent.values()]
    const all = [...held, ...items.filter(({ id }) => !held.some((one) => one.id === id))]
    const byConversation = new Map<string, OutboxItem[]>()
    for (const item of all) {
      const id = String(item.input.conversationId ?? '')
      byConversation.set(id, [...(byConversation.get(id) ?? []), item])
    }
    for (const id of new Set([...shown, ...byConversation.keys()])) {
      const now = byConversation.get(id)
      const before = slices.fact<readonly OutboxItem[]>(factOf(id))
      const isSame = now?.length === before?.length && now?.every((item, at) => item === before?.[at])
      if (!isSame) slices.setFact(factOf(id), now)
    }
    shown = new Set(byConversation.keys())
  }

  return {
    of(reader, conversationId, stored) {
      const items = reader.fact<readonly OutboxItem[]>(factOf(conversationId)) ?? []
      if (items.length === 0) return items
      const known = new Set(stored.flatMap(({ isMine, clientMessageId }) => (isMine ? [clientMessageId] : [])))
      return items.filter(({ id }) => !known.has(id))
    },
    outbox() {
      opening ??= (given ? Promise.resolve(given) : openOutbox({ app, userId: viewerId, storage })).then((outbox) => {
        const tell = () => {
          items = outbox.items.get()
          show()
        }
        stopWatching = outbox.items.watch(tell)
        tell()
        return outbox
      })
      return opening
    },
    stored(messageId) {
      if (sent.has(messageId)) show()
    },
    async [Symbol.asyncDispose]() {
      const outbox = await opening?.catch(() => undefined)
      stopWatching?.()
      if (outbox && !given) await outbox[Symbol.asyncDispose]()
    },
  }
}
