import type { Sql } from '../../../platform/sql/sql.ts'

/** Who may be told that a user types, and why the user may not write into the conversation; null if the user may. */
export interface TypingAudience {
  readonly refusal: 'NOT_FOUND' | 'REFUSED' | 'FORBIDDEN' | 'MUTED' | null
  readonly mutedUntil: Date | null
  readonly userIds: readonly string[]
}

/**
 * The rules of writing are those of `chat.append_messages`; slow mode does not count. Nobody is told of an invisible user,
 * in a group of more than `maxMembers`, and of a plain member where members do not learn of each other.
 */
export async function findTypingAudience(
  sql: Sql,
  conversationId: string,
  userId: string,
  now: Date,
  maxMembers: number,
): Promise<TypingAudience> {
  const { rows } = await sql.query<TypingAudience>(
    `/* chat.findTypingAudience */ with standing as (
       select
         c.id,
         case
           when stay.is_there is null then 'NOT_FOUND'
           when other.user_id is not null then 'REFUSED'
           when rights.only_managers_send and not rights.is_manager then 'FORBIDDEN'
           when rights.muted_until > $3::timestamptz and not rights.is_manager then 'MUTED'
         end as refusal,
         rights.muted_until,
         coalesce(sizes.member_count <= $4::int and (rights.is_manager or not sizes.hides_members), true)
           and not exists (select from users.invisible where invisible.user_id = $2::uuid) as is_told
       from chat.conversations as c
       left join lateral (
         select true as is_there from chat.participants as p
         where p.conversation_id = c.id and p.user_id = $2::uuid and p.until_epoch is null
         limit 1
       ) as stay on true
       left join users.may_refuse as other
         on other.user_id = case $2::uuid when c.low_user_id then c.high_user_id else c.low_user_id end
         and users.refuses_messages($2::uuid, other.user_id)
       left join groups.rights on rights.group_id = c.id and rights.user_id = $2::uuid
       left join groups.sizes on sizes.group_id = c.id
       where c.id = $1::uuid
     )
     select
       refusal,
       muted_until as "mutedUntil",
       case when refusal is null and is_told then array(
         select p.user_id
         from chat.participants as p
         where p.conversation_id = standing.id
           and p.until_epoch is null
           and p.user_id <> $2::uuid
           and not exists (select from users.blocks as b where b.blocker_id = $2::uuid and b.blocked_id = p.user_id)
           and not exists (select from users.blocks as b where b.blocker_id = p.user_id and b.blocked_id = $2::uuid)
         limit $4::int
       ) else '{}'::uuid[] end as "userIds"
     from standing`,
    [conversationId, userId, now, maxMembers],
  )
  return rows[0] ?? { refusal: 'NOT_FOUND', mutedUntil: null, userIds: [] }
}
