import { parseLine, type Valid } from '../../parse.ts'
import type { CreateGroupInput } from '../generated/resolvers.ts'
import { parseIds } from '../members/input.ts'

const MAX_TITLE = 100

/** A valid title, and member ids in a valid format, without repetitions. */
export type NewGroup = Valid<'group', { readonly title: string; readonly memberIds: readonly string[] }>

export function parseNewGroup(input: CreateGroupInput, ownerId: string): NewGroup {
  const title = parseLine('title', input.title, MAX_TITLE)
  const others = parseIds('memberIds', input.memberIds, 0).filter((id) => id !== ownerId)
  return { title, memberIds: others } as unknown as NewGroup // the only maker of NewGroup
}
