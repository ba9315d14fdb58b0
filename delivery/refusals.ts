import type { KnownEvent, PushQuestion } from '../platform/eventlog/kinds.ts'
import { gather } from '../platform/gather.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { gatherByKind } from './by-kind.ts'

/** What a user wants of an event's push. */
export interface Wish {
  /** The name of the rule by which the user wants no push; null: the user wants one. */
  readonly refusedBy: string | null
  /** Whether it may show the text. */
  readonly previews: boolean
}

/** Finds what each of the users wants, in their order. Concurrent calls share their statements. */
export type FindWishes = (event: KnownEvent, userIds: readonly string[]) => Promise<readonly Wish[]>

interface Settings {
  readonly userId: string
  readonly notify: 'ALL' | 'MENTIONS' | 'NONE'
  readonly previews: boolean
  /** Whether it is a quiet hour where the user lives. */
  readonly quiet: boolean
}

export function makeWishes(sql: Sql): FindWishes {
  const refusedBy = gatherByKind<PushQuestion<unknown>>((push) => push.refusedBy?.bind(push, sql) ?? null)
  const settingsOf = gather((userIds: readonly string[]) => findSettings(sql, userIds))

  return async ({ kind, payload }, userIds) => {
    const { push } = kind
    if (!push || userIds.length === 0) return []
    // A withdrawal shows nothing: no setting is about it.
    if (push.withdraws) return userIds.map(() => ({ refusedBy: null, previews: true }))
    const [refusals, settings] = await Promise.all([
      refusedBy(kind)?.(userIds.map((userId) => ({ payload, userId }))),
      settingsOf(userIds),
    ])
    return userIds.map((userId, at): Wish => {
      const own = settings[at]
      const mentioned = push.isMention?.(payload, userId)
      const byLevel =
        mentioned === undefined || own === null || own === undefined || own.notify === 'ALL'
          ? null
          : own.notify === 'NONE'
            ? 'NOTIFICATIONS_OFF'
            : mentioned
              ? null
              : 'MENTIONS_ONLY'
      return {
        refusedBy: refusals?.[at] ?? byLevel ?? (own?.quiet ? 'QUIET_HOURS' : null),
        previews: own?.previews ?? true,
      }
    })
  }
}

async function findSettings(sql: Sql, userIds: readonly string[]): Promise<(Settings | null)[]> {
  const { rows } = await sql.query<Settings>(
    `/* delivery.findNotificationSettings */ select
       user_id as "userId",
       notify,
       previews,
       coalesce(
         case
           when quiet_from <= quiet_to then here.now >= quiet_from and here.now < quiet_to
           -- Over midnight.
           else here.now >= quiet_from or here.now < quiet_to
         end,
         false
       ) as quiet
     from users.notification_settings
     cross join lateral (select (clock_timestamp() at time zone time_zone)::time as now) as here
     where user_id = any($1::uuid[])`,
    [[...new Set(userIds)]],
  )
  const found = new Map(rows.map((row) => [row.userId, row]))
  return userIds.map((userId) => found.get(userId) ?? null)
}
