import { badInput } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { MAX_PINNED } from '../limits.ts'
import type { OrderPinnedConversationsInput, UpdateConversationPreferencesInput } from '../generated/resolvers.ts'

/** Instants beyond the year 9999 have another spelling, which clients may not read. */
const MAX_MS = Date.UTC(10_000, 0)

/** What is asked for; undefined stays as it is. */
export interface Wanted {
  /** Null ends the mute. */
  readonly mute: { readonly until: Date | null } | null | undefined
  readonly pinned: boolean | undefined
  readonly favorite: boolean | undefined
  readonly archived: boolean | undefined
  readonly markedUnread: boolean | undefined
}

/** Checked wishes. A field that is null goes back to its default. */
export function parseWanted(input: UpdateConversationPreferencesInput, nowMs: number): Wanted {
  const { mute } = input
  const until = mute?.until ?? null
  if (until && !(until.getTime() > nowMs && until.getTime() < MAX_MS))
    throw badInput('until', '`until` must be in the future, and before the year 10000.')
  const flag = (value: boolean | null | undefined) => (value === undefined ? undefined : (value ?? false))
  const wanted: Wanted = {
    mute: mute && { until },
    pinned: flag(input.pinned),
    favorite: flag(input.favorite),
    archived: flag(input.archived),
    markedUnread: flag(input.markedUnread),
  }
  if (wanted.pinned && wanted.archived)
    throw badInput('pinned', 'A conversation must be pinned or archived, not both: an archived one is not pinned.')
  return wanted
}

/** The ids in their new order. Null for a text that is no id: no conversation has it. */
export function parseOrder({ conversationIds }: OrderPinnedConversationsInput): (string | null)[] {
  if (conversationIds.length < 1 || conversationIds.length > MAX_PINNED)
    throw badInput('conversationIds', `\`conversationIds\` must have 1 to ${MAX_PINNED} ids.`)
  const ids = conversationIds.map(parseId)
  if (new Set(ids).size < ids.length)
    throw badInput('conversationIds', '`conversationIds` must name each conversation once.')
  return ids
}
