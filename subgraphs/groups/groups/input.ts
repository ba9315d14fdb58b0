import { badInput } from '../../errors.ts'
import { parseHttpsUrl, parseLine, parseLines, type Valid } from '../../parse.ts'
import type { CreateGroupInput, GroupKind, GroupParticipants, UpdateGroupInput } from '../generated/resolvers.ts'
import { parseIds } from '../members/input.ts'

const MAX_TITLE = 100
const MAX_DESCRIPTION = 2_000
const MAX_AVATAR_URL = 2_000
const MAX_SLOW_MODE_SECONDS = 86_400

/** Valid texts, and member ids in a valid format, without repetitions. */
export type NewGroup = Valid<
  'group',
  {
    readonly kind: GroupKind
    readonly title: string
    readonly description: string
    readonly avatarUrl: string | null
    readonly memberIds: readonly string[]
  }
>

export function parseNewGroup(input: CreateGroupInput, ownerId: string): NewGroup {
  return {
    kind: input.kind ?? 'PRIVATE',
    title: parseLine('title', input.title, MAX_TITLE),
    description: parseDescription(input.description),
    avatarUrl: input.avatarUrl == null ? null : parseHttpsUrl('avatarUrl', input.avatarUrl, MAX_AVATAR_URL),
    memberIds: parseIds('memberIds', input.memberIds, 0).filter((id) => id !== ownerId),
  } as unknown as NewGroup // the only maker of NewGroup
}

/** What is undefined stays as it is. */
export interface Changes {
  readonly kind?: GroupKind
  readonly title?: string
  readonly description?: string
  readonly avatarUrl?: string | null
  readonly whoMaySend?: GroupParticipants
  readonly whoMayInvite?: GroupParticipants
  readonly whoMayEdit?: GroupParticipants
  readonly whoMaySeeMembers?: GroupParticipants
  readonly slowModeSeconds?: number
}
export type GroupChanges = Valid<'changes', Changes>

export function parseGroupChanges(input: UpdateGroupInput): GroupChanges {
  const { title, description, avatarUrl, slowModeSeconds } = input
  if (slowModeSeconds != null && (slowModeSeconds < 0 || slowModeSeconds > MAX_SLOW_MODE_SECONDS)) {
    throw badInput('slowModeSeconds', `\`slowModeSeconds\` must be 0 to ${MAX_SLOW_MODE_SECONDS}.`)
  }
  return {
    ...(input.kind != null && { kind: input.kind }),
    ...(title != null && { title: parseLine('title', title, MAX_TITLE) }),
    ...(description !== undefined && { description: parseDescription(description) }),
    ...(avatarUrl !== undefined && {
      avatarUrl: avatarUrl === null ? null : parseHttpsUrl('avatarUrl', avatarUrl, MAX_AVATAR_URL),
    }),
    ...(input.whoMaySend != null && { whoMaySend: input.whoMaySend }),
    ...(input.whoMayInvite != null && { whoMayInvite: input.whoMayInvite }),
    ...(input.whoMayEdit != null && { whoMayEdit: input.whoMayEdit }),
    ...(input.whoMaySeeMembers != null && { whoMaySeeMembers: input.whoMaySeeMembers }),
    ...(slowModeSeconds != null && { slowModeSeconds }),
  } as unknown as GroupChanges // the only maker of GroupChanges
}

const parseDescription = (text: string | null | undefined): string =>
  text == null || text.trim() === '' ? '' : parseLines('description', text, MAX_DESCRIPTION)
