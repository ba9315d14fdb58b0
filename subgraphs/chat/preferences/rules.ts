import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { ConversationPreferences } from '../generated/resolvers.ts'
import { MAX_PINNED } from '../limits.ts'
import { PREFERENCES_CHANGED, type PreferencesChanged } from './events.ts'
import type { Wanted } from './input.ts'
import type { PreferencesPorts } from './ports.ts'
import { findPins, findPreferences, savePins, savePreferences, type PreferencesRow } from './store.ts'

type ChangePorts = Pick<PreferencesPorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>

/** The preferences as the viewer sees them at an instant. */
export function preferencesAt(row: PreferencesRow, nowMs: number): ConversationPreferences {
  const { pinOrder, favorite, archived, markedUnread, deleted, mutedForever } = row
  const mutedUntil = row.mutedUntil && row.mutedUntil.getTime() > nowMs ? row.mutedUntil : null
  return {
    muted: mutedForever || mutedUntil !== null,
    mutedUntil,
    pinned: pinOrder !== null,
    pinOrder,
    favorite,
    archived,
    markedUnread,
    deleted,
  }
}

/** Throws NOT_FOUND for a stranger. Writes nothing, and tells nobody, if all is as wanted already. Returns the id. */
export async function updatePreferences(
  ports: ChangePorts,
  viewer: Viewer,
  conversationId: string,
  wanted: Wanted,
): Promise<string> {
  const id = parseId(conversationId)
  if (!id) throw notFound('conversation', conversationId)
  const nowMs = ports.clock.now()
  await changeOwn(ports, viewer, async (sql) => {
    const [before] = await findPreferences(sql, viewer.userId, [id])
    if (!before) throw notFound('conversation', conversationId)
    const after = changed(before, wanted)
    const [was, is] = [preferencesAt(before, nowMs), preferencesAt(after, nowMs)]
    const mutes = (one: ConversationPreferences) => `${one.muted} ${Number(one.mutedUntil)}`
    const isSame =
      mutes(was) === mutes(is) &&
      (['pinned', 'favorite', 'archived', 'markedUnread'] as const).every((field) => was[field] === is[field])
    if (isSame) return []
    // The last message of now: what came while an archived conversation was muted does not bring it back later.
    const archivedUpTo = after.archived ? after.lastSequence : null
    await savePreferences(sql, viewer.userId, id, { ...after, archivedUpTo })
    if (is.pinned !== was.pinned) await setPinned(sql, viewer.userId, id, is.pinned)
    return [id]
  })
  return id
}

/** Pinning ends archiving, and archiving ends pinning. */
function changed(before: PreferencesRow, { mute, pinned, favorite, archived, markedUnread }: Wanted): PreferencesRow {
  const isPinned = pinned ?? (archived ? false : before.pinOrder !== null)
  return {
    ...before,
    // `setPinned` finds the place.
    pinOrder: isPinned ? (before.pinOrder ?? 0) : null,
    archived: archived ?? (pinned ? false : before.archived),
    favorite: favorite ?? before.favorite,
    markedUnread: markedUnread ?? before.markedUnread,
    ...(mute !== undefined && { mutedForever: mute?.until === null, mutedUntil: mute?.until ?? null }),
  }
}

async function setPinned(sql: Sql, userId: string, conversationId: string, pinned: boolean): Promise<void> {
  const others = (await findPins(sql, userId)).filter((pin) => pin.conversationId !== conversationId)
  if (!pinned) return savePins(sql, userId, others)
  if (others.length >= MAX_PINNED)
    throw new PublicError('LIMIT_REACHED', `You have pinned ${MAX_PINNED} conversations: unpin one first.`)
  const first = (others[0]?.pinOrder ?? 1) - 1
  await savePins(sql, userId, [{ conversationId, pinOrder: first }, ...others])
}

/** Returns all pinned conversations in their new order. Throws CONFLICT if one of the ids is not pinned. */
export async function orderPins(
  ports: ChangePorts,
  viewer: Viewer,
  wanted: readonly (string | null)[],
): Promise<string[]> {
  let order: string[] = []
  await changeOwn(ports, viewer, async (sql) => {
    const before = (await findPins(sql, viewer.userId)).map(({ conversationId }) => conversationId)
    const named = before.filter((id) => wanted.includes(id))
    if (named.length < wanted.length) {
      const id = wanted.find((one) => one === null || !before.includes(one))
      throw new PublicError(
        'CONFLICT',
        `${id ? `The conversation ${id}` : 'One of the named conversations'} is not pinned: read the list again.`,
      )
    }
    order = [...wanted.filter((id) => id !== null), ...before.filter((id) => !wanted.includes(id))]
    if (order.every((id, at) => id === before[at])) return []
    await savePins(
      sql,
      viewer.userId,
      order.map((conversationId, at) => ({ conversationId, pinOrder: at + 1 })),
    )
    return order
  })
  return order
}

/**
 * A change of the viewer's own preferences, one at a time, so that each sees the pins that another device has just set.
 * `change` returns the conversations that it changed; the viewer's other devices are told of them.
 */
async function changeOwn(
  { database, eventLog, bus, log }: ChangePorts,
  { userId, deviceId }: Viewer,
  change: (sql: Sql) => Promise<readonly string[]>,
): Promise<void> {
  const conversationIds = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const conversationIds = await change(sql)
    const payload: PreferencesChanged = { userId, deviceId, conversationIds }
    if (conversationIds.length > 0) await eventLog.append(sql, { kind: PREFERENCES_CHANGED, key: userId, payload })
    return conversationIds
  })
  if (conversationIds.length > 0) announceAppended(bus, userId, log)
}
