import { badInput } from '../../errors.ts'
import { parseId } from '../../parse.ts'

/** The ids, in their order and as they are stored; one that is no id of anybody stays as it is. */
export function parseUserIds(userIds: readonly string[], most: number): string[] {
  if (userIds.length < 1 || userIds.length > most) {
    throw badInput('userIds', `\`userIds\` must name 1 to ${most} users, not ${userIds.length}.`)
  }
  return userIds.map((id) => parseId(id) ?? id)
}
