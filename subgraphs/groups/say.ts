import { v7 } from 'uuid'
import type { Sql } from '../../platform/sql/sql.ts'
import type { GroupRole } from './generated/resolvers.ts'

/** What a message of the server in the group's conversation tells of. The one who did it is the message's sender. */
export type Said =
  | { readonly event: 'GROUP_CREATED'; readonly title: string }
  | { readonly event: 'GROUP_UPDATED'; readonly changed: readonly string[]; readonly title?: string }
  /** `userIds` are the first of them, if they are many. */
  | { readonly event: 'MEMBERS_JOINED'; readonly userIds: readonly string[]; readonly count: number }
  | { readonly event: 'MEMBER_LEFT' | 'MEMBER_REMOVED'; readonly userIds: readonly [string] }
  | { readonly event: 'ROLE_CHANGED'; readonly userIds: readonly [string]; readonly role: GroupRole }

/** Users who are named in a message about those who joined: it goes to all members, and people read no longer list. */
const MAX_NAMED = 20

export const joined = (userIds: readonly string[]): Said => ({
  event: 'MEMBERS_JOINED',
  userIds: userIds.slice(0, MAX_NAMED),
  count: userIds.length,
})

export interface Scene {
  readonly groupId: string
  readonly by: string
  readonly now: Date
}

/** Appends the message to the group's conversation, in the caller's transaction, which holds the conversation's lock. */
export async function appendSystemMessage(sql: Sql, { groupId, by, now }: Scene, said: Said): Promise<void> {
  await sql.query(
    `/* groups.appendSystemMessage */ select chat.append_system_message(
       $1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::jsonb
     )`,
    [v7({ msecs: now.getTime() }), groupId, by, now, JSON.stringify(said)],
  )
}
