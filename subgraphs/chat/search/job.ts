import { v7 } from 'uuid'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog, LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { startTurns } from '../../../platform/turns.ts'
import { MESSAGE_DELETED, MESSAGE_EDITED } from '../changes/events.ts'
import { MESSAGE_SENT, parseMessage } from '../messages/events.ts'
import type { MessageStore } from '../messages/store/messages.ts'
import { holdIndex, type Indexed, type Progress, saveIndexed } from './store.ts'

/** The pause between two looks at the log. */
const TURN_EVERY_MS = 1_000
/** Events, or messages, of one statement. Few, because readers of the log wait for its transaction. */
const BATCH = 500

export interface IndexDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'read' | 'start'>
  readonly store: Pick<MessageStore, 'scan'>
  readonly clock: Clock
  readonly log: Log
  /** The name of PostgreSQL's text search configuration. */
  readonly language: string
}

export interface Indexing extends AsyncDisposable {
  /** How old the oldest event is that is not in the index, in seconds. NaN where another process fills the index. */
  lagSeconds(): number
}

/**
 * Fills the index of the search from the event log, and from the message store what was there before: so it has all
 * messages, whichever store they are in. One process does at a time; if it dies, another one continues.
 */
export function startIndexing(deps: IndexDeps): Indexing {
  const holder = v7()
  let upToDateAt: number | null = null
  const turns = startTurns(
    (signal) => indexOnce(deps, holder, { signal, onReached: (at) => (upToDateAt = at?.getTime() ?? null) }),
    { everyMs: TURN_EVERY_MS, log: deps.log, failure: 'Messages cannot be indexed for the search yet: retrying.' },
  )
  return {
    lagSeconds: () => (upToDateAt === null ? Number.NaN : Math.max(0, deps.clock.now() - upToDateAt) / 1_000),
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
  }
}

export interface IndexOptions {
  readonly signal?: AbortSignal
  /** Hears up to what time events are in the index; null where another process fills it. */
  readonly onReached?: (at: Date | null) => void
}

/** Indexes all that is there. */
export async function indexOnce(
  { database, eventLog, store, clock, language }: IndexDeps,
  holder: string,
  { signal, onReached }: IndexOptions = {},
): Promise<void> {
  const save = (changes: Changes, progress: Progress) => saveIndexed(database, { holder, language }, changes, progress)
  while (!signal?.aborted) {
    const now = new Date(clock.now())
    const progress = await holdIndex(database, holder, language, await eventLog.start(database))
    if (!progress) return onReached?.(null)
    const page = await eventLog.read(database, progress.position, BATCH)
    const read = { ...progress, position: page.upTo }
    if (!(await save(changesOf(page.events), read))) return
    const last = page.events.at(-1)
    onReached?.(page.full && last ? last.at : now)
    if (page.full) continue
    // The log comes first: so nothing waits for the messages that were there before.
    if (read.scanned) return
    const messages = await store.scan(read.scannedUpTo, BATCH)
    const scannedUpTo = messages.at(-1)?.id ?? read.scannedUpTo
    const scanned = messages.length < BATCH
    if (!(await save(sort(messages), { ...read, scannedUpTo, scanned }))) return
  }
}

/** Each has the whole message, as it was when the event was appended or, of a deleted one, as it is now. */
const KINDS: ReadonlySet<string> = new Set([MESSAGE_SENT, MESSAGE_EDITED, MESSAGE_DELETED])

interface Changes {
  readonly messages: readonly Indexed[]
  readonly removed: readonly string[]
}

/** What is to be written for these events: the last one of each message counts. */
function changesOf(events: readonly LoggedEvent[]): Changes {
  const last = new Map<string, Indexed>()
  for (const { kind, payload } of events) {
    const message = KINDS.has(kind) ? parseMessage(payload) : null
    if (message) last.set(message.id, { ...message, version: message.version ?? 1 })
  }
  return sort([...last.values()])
}

/** A message without a text has no place in the index. */
function sort(messages: readonly Indexed[]): Changes {
  return {
    messages: messages.filter(({ text }) => text !== ''),
    removed: messages.filter(({ text }) => text === '').map(({ id }) => id),
  }
}
