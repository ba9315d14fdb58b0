import type { ChangePorts } from '../change-ports.ts'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Metrics } from '../../../platform/metrics/index.ts'
import { startTurns } from '../../../platform/turns.ts'
import { PublicError } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { makeSend, type Send, type SendDeps } from '../messages/send.ts'
import { appendChange, finish, HOLD_MS } from './rules.ts'
import { type Due, holdScheduled, refuseScheduled, takeDue } from './store.ts'

/** How late a message may be sent, if all is well. */
const TURN_EVERY_MS = 1_000
/** Messages that one process takes at a time: they are sent within HOLD_MS. */
const BATCH = 50
/** What cannot be sent for so long, because something is down, is given up with the reason. */
const PATIENCE_MS = 24 * 60 * 60_000

export interface ScheduledDeps extends Pick<ChangePorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'> {
  readonly send: Send
  readonly metrics: Pick<Metrics, 'count'>
}

/**
 * Sends messages whose time has come, by the way of all sends. Any number of processes do. A message that was sent when its process
 * died is sent again under its `clientMessageId`, which sends nothing twice.
 */
export function startSending(deps: SendDeps & Omit<ScheduledDeps, 'send'>): AsyncDisposable {
  const send = makeSend(deps)
  return startTurns((signal) => sendDue({ ...deps, send }, signal), {
    everyMs: TURN_EVERY_MS,
    log: deps.log,
    failure: 'Scheduled messages cannot be sent yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function sendDue(deps: ScheduledDeps, signal?: AbortSignal): Promise<void> {
  while (!signal?.aborted) {
    const now = deps.clock.now()
    const due = await takeDue(deps.database, new Date(now), new Date(now + HOLD_MS), BATCH)
    /** Those of one conversation one after the other, so that they keep their order. */
    const queues = new Map<string, Due[]>()
    for (const row of due) {
      const queue = queues.get(row.conversationId)
      if (queue) queue.push(row)
      else queues.set(row.conversationId, [row])
    }
    await Promise.all(
      [...queues.values()].map(async (queue) => {
        for (const row of queue) await sendOne(deps, row)
      }),
    )
    if (due.length < BATCH) return
  }
}

async function sendOne(deps: ScheduledDeps, row: Due): Promise<void> {
  const { clock, log, send, metrics } = deps
  try {
    if (row.isSuspended) throw new PublicError('USER_SUSPENDED', 'The account was suspended when the time came.')
    await send(asViewer(row.userId), row.conversationId, { clientMessageId: row.clientMessageId, ...row.message })
    await finish(deps, row, null)
    metrics.count('chat_scheduled_sent_total')
  } catch (error) {
    const wait = waitAfter(error)
    if (wait !== null && clock.now() - row.sendAt.getTime() < PATIENCE_MS) {
      if (!(error instanceof PublicError)) log.warn('A scheduled message could not be sent yet: retrying.', { error })
      return holdScheduled(deps.database, row.id, new Date(clock.now() + wait))
    }
    await refuse(deps, row, error)
  }
}

/** After how long another try may succeed; null if the message is refused for good. */
function waitAfter(error: unknown): number | null {
  if (!(error instanceof PublicError)) return HOLD_MS
  const { code, retryAfterMs } = error.extensions
  if (code !== 'UNAVAILABLE' && code !== 'SLOW_MODE') return null
  return typeof retryAfterMs === 'number' ? retryAfterMs : TURN_EVERY_MS
}

async function refuse({ database, eventLog, bus, log, metrics }: ScheduledDeps, row: Due, error: unknown) {
  const { code, message } =
    error instanceof PublicError
      ? { code: error.extensions.code, message: error.message }
      : { code: 'UNAVAILABLE', message: 'The server could not send the message for a day.' }
  await database.transaction(async (sql) => {
    await eventLog.lock(sql, row.userId)
    if (await refuseScheduled(sql, row.id, code, message)) await appendChange(sql, { eventLog }, row, 'REFUSED', null)
  })
  announceAppended(bus, row.userId, log)
  metrics.count('chat_scheduled_refused_total', { code })
}

/** Nobody's device sends it: the device's ids are no ids of the user's devices. */
const asViewer = (userId: string): Viewer => ({ kind: 'user', userId, deviceId: userId, sessionId: userId })
