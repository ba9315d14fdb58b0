import { v7 } from 'uuid'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { canonicalJson } from '../messages/body.ts'
import { parseNewMessage } from '../messages/input.ts'
import type { Sent } from '../messages/send.ts'
import { findFirstSend } from '../messages/receipts.ts'
import type { EditScheduledMessageInput, ScheduleMessageInput, ScheduledMessageChange } from '../generated/resolvers.ts'
import { SCHEDULED_CHANGED, type ScheduledChanged } from './events.ts'
import type { ScheduledPorts } from './ports.ts'
import {
  countScheduled,
  findScheduledBy,
  holdScheduled,
  insertScheduled,
  lockScheduled,
  removeScheduled,
  type ScheduledRow,
  updateScheduled,
} from './store.ts'

/** Maximum messages of one user that wait, or were refused. It bounds what a user can make the server do at one moment. */
const MAX_SCHEDULED = 100
/** How far ahead a message may be sent. */
const MAX_AHEAD_MS = 366 * 24 * 60 * 60_000
/** How long one process may take to send a message. If it dies, another one tries after this. */
export const HOLD_MS = 60_000

type Ports = Pick<
  ScheduledPorts,
  'database' | 'eventLog' | 'bus' | 'clock' | 'log' | 'maxText' | 'send' | 'checkReferences' | 'conversations'
>

/** Tells the user's devices of a change. The caller has the user's lock. */
export async function appendChange(
  sql: Sql,
  { eventLog }: Pick<Ports, 'eventLog'>,
  { id, userId, conversationId }: Pick<ScheduledRow, 'id' | 'userId' | 'conversationId'>,
  change: ScheduledMessageChange,
  deviceId: string | null,
): Promise<void> {
  const payload: ScheduledChanged = { userId, deviceId, scheduledId: id, conversationId, change }
  await eventLog.append(sql, { kind: SCHEDULED_CHANGED, key: userId, payload })
}

function parseSendAt({ clock }: Pick<Ports, 'clock'>, sendAt: Date): Date {
  const ahead = sendAt.getTime() - clock.now()
  if (ahead <= 0 || ahead > MAX_AHEAD_MS)
    throw badInput('sendAt', '`sendAt` must be in the future, and at most 366 days ahead.')
  return sendAt
}

export async function schedule(ports: Ports, viewer: Viewer, input: ScheduleMessageInput): Promise<ScheduledRow> {
  const { database, eventLog, clock, conversations, checkReferences, maxText } = ports
  const { userId, deviceId } = viewer
  const { clientMessageId, ...message } = parseNewMessage(input, maxText)
  const sendAt = parseSendAt(ports, input.sendAt)
  const conversation = await conversations.load(input.conversationId)
  if (!conversation) throw notFound('conversation', input.conversationId)
  await checkReferences(viewer, conversation.id, { clientMessageId, ...message })
  const row: ScheduledRow = {
    id: v7(),
    userId,
    conversationId: conversation.id,
    clientMessageId,
    message,
    sendAt,
    createdAt: new Date(clock.now()),
    refusedCode: null,
    refusal: null,
  }
  const kept = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const first = await findScheduledBy(sql, userId, clientMessageId)
    if (first && isSame(first, row)) return first
    if (first || (await findFirstSend(sql, userId, clientMessageId)))
      throw new PublicError(
        'CONFLICT',
        'Another message of yours has this `clientMessageId`: give each message one of its own.',
      )
    if ((await countScheduled(sql, userId)) >= MAX_SCHEDULED)
      throw new PublicError('LIMIT_REACHED', `You have ${MAX_SCHEDULED} messages that are to be sent later.`)
    await insertScheduled(sql, row)
    await appendChange(sql, ports, row, 'SCHEDULED', deviceId)
    return row
  })
  announceAppended(ports.bus, userId, ports.log)
  return kept
}

const isSame = (a: ScheduledRow, b: ScheduledRow) =>
  a.conversationId === b.conversationId &&
  a.sendAt.getTime() === b.sendAt.getTime() &&
  canonicalJson(a.message) === canonicalJson(b.message)

/** Does something with a message that nobody is sending, and tells the user's other devices. */
async function change(
  ports: Ports,
  { userId, deviceId }: Viewer,
  givenId: string,
  what: ScheduledMessageChange | null,
  work: (sql: Sql, row: ScheduledRow) => Promise<ScheduledRow>,
): Promise<ScheduledRow> {
  const { database, eventLog, clock } = ports
  const id = parseId(givenId)
  if (!id) throw notFound('scheduled message', givenId)
  const changed = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const row = await lockScheduled(sql, userId, id, new Date(clock.now()))
    if (!row) throw notFound('scheduled message', givenId)
    if (row.isHeld) throw new PublicError('CONFLICT', 'The message must wait: it is on its way at this moment.')
    const after = await work(sql, row)
    if (what) await appendChange(sql, ports, row, what, deviceId)
    return after
  })
  if (what) announceAppended(ports.bus, userId, ports.log)
  return changed
}

export const edit = (ports: Ports, viewer: Viewer, { id, text, sendAt }: EditScheduledMessageInput) =>
  change(ports, viewer, id, 'EDITED', async (sql, row) => {
    const at = sendAt ?? row.sendAt
    if (sendAt != null || row.refusedCode !== null) parseSendAt(ports, at)
    const { clientMessageId, ...message } = parseNewMessage(
      {
        clientMessageId: row.clientMessageId,
        ...row.message,
        // A forward has no text of its own.
        text: text ?? (row.message.forwardOfId === undefined ? row.message.text : null),
      },
      ports.maxText,
    )
    const after = { ...row, clientMessageId, message, sendAt: at, refusedCode: null, refusal: null }
    await updateScheduled(sql, after)
    return after
  })

export const cancel = (ports: Ports, viewer: Viewer, id: string) =>
  change(ports, viewer, id, 'CANCELLED', async (sql, row) => {
    await removeScheduled(sql, row.id, new Date(ports.clock.now()))
    return row
  })

/** Sends it at once, as `sendMessage` would; a refusal leaves it as it was. */
export async function sendNow(ports: Ports, viewer: Viewer, id: string): Promise<Sent> {
  const { database, clock, send } = ports
  const row = await change(ports, viewer, id, null, async (sql, row) => {
    await holdScheduled(sql, row.id, new Date(clock.now() + HOLD_MS))
    return row
  })
  try {
    const sent = await send(viewer, row.conversationId, { clientMessageId: row.clientMessageId, ...row.message })
    await finish(ports, row, viewer.deviceId)
    return sent
  } catch (error) {
    await holdScheduled(database, row.id, null)
    throw error
  }
}

/** Removes what was sent. */
export async function finish(
  { database, eventLog, bus, clock, log }: Pick<Ports, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>,
  row: ScheduledRow,
  deviceId: string | null,
): Promise<void> {
  await database.transaction(async (sql) => {
    await eventLog.lock(sql, row.userId)
    if (await removeScheduled(sql, row.id, new Date(clock.now())))
      await appendChange(sql, { eventLog }, row, 'SENT', deviceId)
  })
  announceAppended(bus, row.userId, log)
}
