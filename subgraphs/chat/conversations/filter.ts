import type { ConversationFilter } from '../generated/resolvers.ts'
import { IS_UNREAD } from '../reads/unread-rows.ts'

/** Which conversations are wanted; a field that is null leaves out none. */
export type Filter = ConversationFilter

/**
 * The condition on a row `own` of `chat.own_conversations`, whose parameters begin with `first`. Conversations that the user
 * has deleted are left out.
 */
export const matches = (first: number): string => `(
  not own.is_hidden
  and ($${first}::text is null or own.kind = $${first}::text)
  and ($${first + 1}::boolean is null or own.is_archived = $${first + 1}::boolean)
  and ($${first + 2}::boolean is null or own.favorite = $${first + 2}::boolean)
  and ($${first + 3}::boolean is null or ${IS_UNREAD} = $${first + 3}::boolean)
)`

/** The parameters of `matches`. */
export const filterValues = ({ kind, archived, favorite, unread }: Filter): readonly unknown[] =>
  [kind, archived, favorite, unread].map((value) => value ?? null)
