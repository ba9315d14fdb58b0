import { type App, NETWORK_BACK, onPage } from './connect.ts'
import { GraphError, Unreachable } from './errors.ts'
import { SendMessageDocument, type SendMessageInput, type SendMessageMutation } from './generated/operations.ts'
import { isSessionEnded } from './account.ts'
import { makeWatched, type Watched } from './state.ts'
import type { ClientStorage } from './storage/storage.ts'
import { waitMs } from './stream.ts'

/** A message as `sendMessage` takes it; its `clientMessageId` is made here. */
export type Outgoing = Omit<SendMessageInput, 'clientMessageId'>

/** What became of a message that was handed to the outbox. */
export type OutgoingState =
  /** It is sent as soon as the network, the server, and the messages before it let it. */
  | { readonly phase: 'waiting' }
  | { readonly phase: 'sending' }
  | { readonly phase: 'sent'; readonly message: SendMessageMutation['sendMessage']['message'] }
  /** The server refused it for good: `retry` it after a change, or `discard` it. */
  | { readonly phase: 'refused'; readonly code: string; readonly message: string }

export interface OutboxItem {
  /** The message's `clientMessageId`: the same in every attempt, so that the message is sent once. */
  readonly id: string
  readonly input: Outgoing
  /** Unix ms, by this machine's clock. */
  readonly createdAt: number
  readonly state: OutgoingState
}

export interface OutboxOptions {
  readonly app: Pick<App, 'mutate'>
  /** Whose messages these are: the messages of another user on this device stay untouched. */
  readonly userId: string
  /** Keeps what waits across reloads. */
  readonly storage: ClientStorage
  /** Called when the session has ended; what waits is kept for the next sign-in. */
  readonly onSessionEnded?: () => void
}

/**
 * Sends messages when they can be sent: at once, when the network is back, or after a reload. Messages of one
 * conversation go in their order, one after the other. Nothing is lost or sent twice, also when two tabs send one outbox.
 */
export interface Outbox extends AsyncDisposable {
  /**
   * Resolves when the message is kept, with its item. Rejects with an `OutboxFull` beyond 1,000 messages that wait. An app
   * that may do this twice for one reason, such as a bot that answers an event, names the message by its own `id` (one line
   * of 1 to 100 characters): the same id with the same message is sent once.
   */
  send(message: Outgoing, id?: string): Promise<OutboxItem>
  /** Sends a refused message again, after those that wait already. False if there is none of that id. */
  retry(id: string): Promise<boolean>
  /** Forgets a message that waits or was refused. False if it is being sent, or was. */
  discard(id: string): Promise<boolean>
  /** In the order in which they were handed in. Those that were sent leave it once their watchers were told. */
  readonly items: Watched<readonly OutboxItem[]>
  /**
   * Tries at once what waits for the network; what the server asked to wait, waits. In a browser it is called when the network
   * is back.
   */
  wake(): void
}

/** There are as many messages as an outbox takes. */
export class OutboxFull extends Error {
  override name = 'OutboxFull'
}

/** Messages that wait or were refused, of one user. A device that is offline for weeks does not fill its disk. */
const MAX_ITEMS = 1_000

/** Conversations that are sent to at once: after a day offline a client does not spend its whole rate in a second. */
const MAX_SENDING = 4

/** A failure inside of the server is repeated this often: a message that always causes one must not hold up the others. */
const MAX_FAILURES = 8

/** The server, or a part of it, is away; or it asks to come later. */
const LATER = new Set([
  'DOWNSTREAM_SERVICE_ERROR',
  'NONCE_REPLAYED',
  'RATE_LIMITED',
  'REQUEST_TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'SHUTTING_DOWN',
  'SLOW_MODE',
  'TIMEOUT',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
])

/** What the storage has of a message. */
interface Kept {
  readonly id: string
  readonly input: Outgoing
  readonly createdAt: number
  readonly refused?: { readonly code: string; readonly message: string }
}

/** An item with its key in the storage. */
interface Entry extends OutboxItem {
  readonly key: string
}

/** Messages to one conversation, or to one user, keep their order. */
const laneOf = ({ conversationId, userId }: Outgoing): string => `${conversationId ?? `user ${userId}`}`

/** Ms by a clock that nobody sets. */
const now = () => performance.now()

export async function openOutbox({ app, userId, storage, onSessionEnded }: OutboxOptions): Promise<Outbox> {
  const prefix = `outbox ${userId} `
  const items = makeWatched<readonly Entry[]>([])
  const entries = () => items.get()
  /** While the server cannot be reached nothing is sent before `notBefore`, and then one message alone. */
  let outage = { failures: 0, notBefore: 0 }
  /** Lanes whose first message failed by itself. */
  const delays = new Map<string, { readonly failures: number; readonly notBefore: number }>()
  /** Messages that are being kept for the first time, by id. */
  const keeping = new Map<string, Promise<void>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let lastKey = 0

  const change = (key: string, state: OutgoingState) =>
    items.set(entries().map((entry) => (entry.key === key ? { ...entry, state } : entry)))
  const remove = (key: string) => items.set(entries().filter((entry) => entry.key !== key))

  const siblings = openSiblings(prefix, { removed: remove, left: () => void wake() })

  /** Keys sort as their messages were handed in, also those of one millisecond. */
  const nextKey = (): string => {
    lastKey = Math.max(lastKey + 1, Date.now() * 1_000)
    return `${prefix}${String(lastKey).padStart(17, '0')} ${crypto.randomUUID()}`
  }

  const keep = ({ key, id, input, createdAt, state }: Entry) => {
    const refused = state.phase === 'refused' && { code: state.code, message: state.message }
    return storage.set(key, { id, input, createdAt, ...(refused && { refused }) } satisfies Kept)
  }

  const forget = async (key: string) => {
    await storage.delete(key)
    siblings.tellRemoved(key)
  }

  const attempt = async ({ key, id, input }: Entry): Promise<void> => {
    const lane = laneOf(input)
    change(key, { phase: 'sending' })
    try {
      const { sendMessage } = await app.mutate(SendMessageDocument, { input: { ...input, clientMessageId: id } })
      outage = { failures: 0, notBefore: 0 }
      delays.delete(lane)
      // What cannot be forgotten now is sent again after a reload: the server knows it by its id.
      await forget(key).catch(() => undefined)
      change(key, { phase: 'sent', message: sendMessage.message })
      remove(key)
    } catch (error) {
      const failures = delays.get(lane)?.failures ?? 0
      if (isSessionEnded(error)) {
        stopped = true
        change(key, { phase: 'waiting' })
        onSessionEnded?.()
      } else if (error instanceof Unreachable) {
        outage = { failures: outage.failures + 1, notBefore: now() + waitMs(outage.failures) }
        change(key, { phase: 'waiting' })
      } else if (isForLater(error, failures)) {
        delays.set(lane, { failures: failures + 1, notBefore: now() + Math.max(waitMs(failures), askedMs(error)) })
        change(key, { phase: 'waiting' })
      } else {
        delays.delete(lane)
        const { code = 'INTERNAL_SERVER_ERROR', message } = error as Partial<GraphError> & Error
        change(key, { phase: 'refused', code, message })
        const refused = entries().find((entry) => entry.key === key)
        // If it cannot be kept, it is sent again after a reload, and refused again.
        if (refused) await keep(refused).catch(() => undefined)
      }
    }
  }

  /** Sends what may be sent now, and comes back when the next message may be. */
  const pump = () => {
    clearTimeout(timer)
    if (stopped) return
    const at = now()
    let next = outage.notBefore > at ? outage.notBefore : Infinity
    const taken = new Set(entries().flatMap(({ input, state }) => (state.phase === 'sending' ? [laneOf(input)] : [])))
    let free = (outage.failures > 0 ? 1 : MAX_SENDING) - taken.size
    for (const entry of next < Infinity ? [] : entries()) {
      const lane = laneOf(entry.input)
      if (entry.state.phase !== 'waiting' || taken.has(lane)) continue
      taken.add(lane)
      const { notBefore } = delays.get(lane) ?? { notBefore: 0 }
      if (notBefore > at) next = Math.min(next, notBefore)
      else if (free-- > 0) void attempt(entry).finally(pump)
    }
    if (next < Infinity) timer = setTimeout(pump, Math.min(next - at, MAX_TIMER_MS))
  }

  /** Takes over what another tab, or this one before a reload, left behind. */
  const load = async () => {
    const kept = (await storage.list(prefix)) as [string, Kept][]
    const known = new Set(entries().map(({ key }) => key))
    const found = kept
      .filter(([key]) => !known.has(key))
      .map(([key, { refused, ...message }]): Entry => ({
        ...message,
        key,
        state: refused ? { phase: 'refused', ...refused } : { phase: 'waiting' },
      }))
    if (found.length > 0) items.set([...entries(), ...found].sort((a, b) => (a.key < b.key ? -1 : 1)))
  }

  const wake = () => {
    outage = { ...outage, notBefore: 0 }
    // Messages in memory do not wait for a storage that fails.
    load().then(pump, pump)
  }
  await load()
  const stopListening = onPage(NETWORK_BACK, wake)
  pump()

  return {
    items,
    wake,

    async send(input, id = crypto.randomUUID()) {
      const known = entries().find((entry) => entry.id === id)
      if (known) {
        // The first call may be keeping it still, and may fail.
        await keeping.get(id)
        return known
      }
      if (entries().length >= MAX_ITEMS) throw new OutboxFull(`${MAX_ITEMS} messages wait to be sent already.`)
      const entry: Entry = {
        key: nextKey(),
        id,
        input,
        createdAt: Date.now(),
        state: { phase: 'waiting' },
      }
      // It has its place in the order from now on, and is shown; it is sent when it is kept.
      items.set([...entries(), { ...entry, state: { phase: 'sending' } }])
      const kept = keep(entry)
      keeping.set(id, kept)
      try {
        await kept
      } catch (error) {
        remove(entry.key)
        throw error
      } finally {
        keeping.delete(id)
      }
      change(entry.key, entry.state)
      pump()
      return entry
    },

    async retry(id) {
      const refused = entries().find((entry) => entry.id === id && entry.state.phase === 'refused')
      if (!refused) return false
      const entry: Entry = { ...refused, key: nextKey(), state: { phase: 'waiting' } }
      await keep(entry)
      await forget(refused.key)
      items.set([...entries().filter(({ key }) => key !== refused.key), entry])
      pump()
      return true
    },

    async discard(id) {
      const entry = entries().find((one) => one.id === id)
      if (!entry || entry.state.phase === 'sending' || entry.state.phase === 'sent') return false
      remove(entry.key)
      await forget(entry.key)
      pump()
      return true
    },

    async [Symbol.asyncDispose]() {
      stopped = true
      clearTimeout(timer)
      stopListening()
      siblings.leave()
    },
  }
}

/** The longest time that a timer can be set to, in ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The longest pause that a server may ask for, in ms. */
const MAX_ASKED_MS = 24 * 60 * 60_000

/** What the server asks to be waited for, in ms; 0 if it asks for nothing. */
function askedMs(error: unknown): number {
  const asked = error instanceof GraphError ? error.errors[0]?.extensions?.['retryAfterMs'] : undefined
  return typeof asked === 'number' ? Math.min(asked, MAX_ASKED_MS) : 0
}

/** True if the same message may succeed later; false if it was refused for good. */
function isForLater(error: unknown, failures: number): boolean {
  const code = error instanceof GraphError ? error.code : undefined
  return code !== undefined && LATER.has(code) ? true : failures < MAX_FAILURES && code === 'INTERNAL_SERVER_ERROR'
}

/** What outboxes of the same user in other tabs say: the key of a message, or that they are gone. */
type Said = { readonly removed: string } | 'left'

/**
 * The outboxes of the same user in other tabs: what one has sent or discarded, the others need not show and send; what one
 * leaves behind when its tab is closed, the others send.
 */
function openSiblings(name: string, on: { removed(key: string): void; left(): void }) {
  const { BroadcastChannel: Channel } = globalThis as { BroadcastChannel?: typeof BroadcastChannel }
  const channel = Channel && new Channel(`parley ${name}`)
  if (channel) {
    channel.onmessage = (event) => {
      const said = (event as { data: Said }).data
      if (said === 'left') on.left()
      else on.removed(said.removed)
    }
    // On Node an open channel would keep the process alive.
    ;(channel as { unref?: () => void }).unref?.()
  }
  const tell = (said: Said) => channel?.postMessage(said)
  const stopListening = onPage(['pagehide'], () => tell('left'))
  return {
    tellRemoved: (key: string) => tell({ removed: key }),
    leave() {
      stopListening()
      tell('left')
      channel?.close()
    },
  }
}
