import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { FriendEvent } from './events.ts'
import { findTies } from './store.ts'

/**
 * Tells everybody whose friendship or request ends with the account of a user who deletes it: lists that apps keep stay as the
 * server has them. The sender of a hidden request is told like any other, so that nobody learns of a block. Part of the
 * deletion's transaction, which holds the user's lock: no change between the user and another one runs meanwhile.
 */
export async function tellOfDeparture(
  eventLog: Pick<EventLog, 'appendEach'>,
  sql: Sql,
  { userId: leaverId, deviceId }: { readonly userId: string; readonly deviceId: string },
): Promise<void> {
  const { friends, asked, asking } = await findTies(sql, leaverId)
  const fromLeaver = (userId: string): FriendEvent => ({ userId, fromId: leaverId, toId: userId, deviceId })
  const toLeaver = (userId: string): FriendEvent => ({ userId, fromId: userId, toId: leaverId, deviceId })
  for (const [kind, ids, payloadFor] of [
    ['users.FriendRemoved', friends, fromLeaver],
    ['users.FriendRequestCancelled', asked, fromLeaver],
    ['users.FriendRequestRejected', asking, toLeaver],
  ] as const) {
    if (ids.length === 0) continue
    await eventLog.appendEach(sql, { kind, events: ids.map((id) => ({ key: id, payload: payloadFor(id) })) })
  }
}
