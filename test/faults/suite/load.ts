import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { SendMessageDocument } from '../../../client/generated/operations.ts'
import { GraphError } from '../../../client/errors.ts'
import type { Answer, Sent } from './history.ts'
import type { Member } from './people.ts'

/** Each has one send under way. */
const SENDERS = 10
/** After so long without an answer a sender tries again, as an app does. The earlier try may still be carried out. */
const ANSWER_MS = 8_000
const RETRY_MS = 200
/** A send that is refused for so long is given up: then it need not arrive. */
const GIVE_UP_MS = 180_000
/** From this share of its sends on, a stretch goes slowly: sends are to be under way for as long as its fault lasts. */
const SLOW_FROM = 0.6
const SLOW_PAUSE_MS = 1_000
const HELD_MS = 50

/** Codes of answers after which the same send may be tried again. */
const PASSING = new Set([
  'UNAVAILABLE',
  'SHUTTING_DOWN',
  'RATE_LIMITED',
  'DOWNSTREAM_SERVICE_ERROR',
  'INTERNAL_SERVER_ERROR',
  'REQUEST_TIMEOUT',
])

export interface Load {
  readonly sends: readonly Sent[]
  /** What sends were answered with that were tried again: how often each. */
  readonly refusals: ReadonlyMap<string, number>
  readonly acknowledged: () => number
  /** The number of sends that have ended: acknowledged or given up. */
  readonly ended: () => number
  /** Begins a stretch, which ends at this number of sends: no more are made until the next one begins. */
  allow(upTo: number): void
  readonly done: Promise<void>
}

/** Sends `count` messages by concurrent senders, who try each again with the same `clientMessageId` until it is acknowledged. */
export function startLoad(people: readonly Member[], count: number): Load {
  const sends: Sent[] = []
  const refusals = new Map<string, number>()
  const senders = people.filter(({ online }) => online).slice(0, SENDERS)
  let acknowledged = 0
  let ended = 0
  let [limit, slowFrom] = [count, count]
  const noteRefusal = (what: string) => refusals.set(what, (refusals.get(what) ?? 0) + 1)

  const sendOne = async (sender: Member, number: number) => {
    const conversation = sender.conversations[number % sender.conversations.length]!
    const sent: Sent = {
      sender: sender.name,
      conversation,
      text: `number ${number} of ${sender.name}`,
      startedAt: performance.now(),
      retries: 0,
      answers: [],
    }
    sends.push(sent)
    const input = { conversationId: conversation, text: sent.text, clientMessageId: randomUUID() }
    const attempt = async () => {
      const { message } = (await sender.app.mutate(SendMessageDocument, { input })).sendMessage
      const answer: Answer = { messageId: message.id, sequence: message.sequence, at: performance.now() }
      sent.answers.push(answer)
    }
    while (performance.now() - sent.startedAt < GIVE_UP_MS) {
      try {
        await inTime(attempt())
        acknowledged += 1
        return
      } catch (error) {
        noteRefusal(nameOf(error))
        if (error instanceof GraphError && !PASSING.has(error.code ?? '')) throw error
        sent.retries += 1
        await delay(RETRY_MS * (0.5 + Math.random()))
      }
    }
  }

  const run = async (sender: Member) => {
    while (sends.length < count) {
      if (sends.length >= slowFrom) await delay(sends.length >= limit ? HELD_MS : SLOW_PAUSE_MS)
      if (sends.length >= limit) continue
      await sendOne(sender, sends.length)
      ended += 1
    }
  }
  return {
    sends,
    refusals,
    acknowledged: () => acknowledged,
    ended: () => ended,
    allow(upTo) {
      // Room for one more send of each, wherever the last stretch has come to.
      limit = Math.min(count, Math.max(upTo, sends.length + SENDERS))
      slowFrom = limit === count ? count : sends.length + SLOW_FROM * (limit - sends.length)
    },
    done: Promise.all(senders.map(run)).then(() => undefined),
  }
}

async function inTime(attempt: Promise<void>): Promise<void> {
  attempt.catch(() => undefined) // after the deadline nobody waits for it
  const late = new AbortController()
  const timeout = delay(ANSWER_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error('no answer in time')
  })
  try {
    await Promise.race([attempt, timeout])
  } finally {
    late.abort()
    timeout.catch(() => undefined)
  }
}

function nameOf(error: unknown): string {
  if (error instanceof GraphError) return error.code ?? 'an error without a code'
  const { message, cause } = error as Error & { cause?: { code?: string } }
  return cause?.code ?? message
}
