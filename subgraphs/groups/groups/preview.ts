import type { ChangePorts } from '../ports.ts'
import type { GroupPreview } from '../generated/resolvers.ts'
import { findInvite } from '../invites/store.ts'
import type { Door } from '../links/input.ts'
import { openDoor } from '../links/links.ts'
import { hasRequest } from '../links/store.ts'
import { findBanned } from '../moderation/store.ts'
import { findGroupsOf, findRoomToJoin, type RoomToJoin } from './store.ts'

export interface PreviewRow extends RoomToJoin, Pick<GroupPreview, 'viewerHasAsked' | 'viewerIsInvited'> {
  readonly groupId: string
  readonly needsApproval: boolean
}

/**
 * What the viewer may see of a group behind a code or an id; null for whatever does not open to it. A member, an invited
 * user and one who has asked see the group by its id, whatever its kind.
 */
export async function previewFor(
  ports: Pick<ChangePorts, 'database' | 'clock'>,
  viewerId: string,
  door: Door,
): Promise<PreviewRow | null> {
  const opened = await openDoor(ports, door)
  if (!opened) return null
  const { database: sql } = ports
  const { groupId, link } = opened
  const [room, [group], invite, viewerHasAsked, banned] = await Promise.all([
    findRoomToJoin(sql, groupId),
    findGroupsOf(sql, viewerId, [groupId]),
    findInvite(sql, groupId, viewerId),
    hasRequest(sql, groupId, viewerId),
    findBanned(sql, groupId, [viewerId]),
  ])
  if (!room || banned.length > 0) return null
  const viewerIsInvited = invite !== null
  const isOpen = link !== null || room.kind === 'PUBLIC' || group != null || viewerIsInvited || viewerHasAsked
  if (!isOpen) return null
  return { ...room, groupId, needsApproval: link?.needsApproval ?? false, viewerHasAsked, viewerIsInvited }
}
