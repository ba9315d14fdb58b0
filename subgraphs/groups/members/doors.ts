import type { Change } from '../change.ts'
import { withdrawInvitesBy } from '../invites/invite.ts'
import { revokeLinksBy } from '../links/store.ts'

/**
 * What a user opened for others ends when it is removed or banned: its invites, and its links, whose codes it knows. So
 * neither brings it back, nor those whom it let in.
 */
export async function closeDoorsOf(change: Change, userId: string): Promise<void> {
  await withdrawInvitesBy(change, userId)
  const linkIds = await revokeLinksBy(change.sql, change.groupId, userId, change.now)
  for (const detail of linkIds) await change.record('LINK_REVOKED', { detail })
}
