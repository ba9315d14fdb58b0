import { badInput } from '../../errors.ts'
import { parseId, type Valid } from '../../parse.ts'
import type { CreateGroupLinkInput, JoinGroupInput } from '../generated/resolvers.ts'

const MAX_USES = 1_000_000
const MIN_LIFE_MS = 60_000

export type NewLink = Valid<
  'link',
  { readonly expiresAt: Date | null; readonly maxUses: number | null; readonly needsApproval: boolean }
>

export function parseNewLink({ expiresAt, maxUses, needsApproval }: CreateGroupLinkInput, now: number): NewLink {
  if (expiresAt != null && expiresAt.getTime() < now + MIN_LIFE_MS) {
    throw badInput('expiresAt', '`expiresAt` must be at least a minute from now.')
  }
  if (maxUses != null && (maxUses < 1 || maxUses > MAX_USES)) {
    throw badInput('maxUses', `\`maxUses\` must be 1 to ${MAX_USES}.`)
  }
  return {
    expiresAt: expiresAt ?? null,
    maxUses: maxUses ?? null,
    needsApproval: needsApproval ?? false,
  } as unknown as NewLink // the only maker of NewLink
}

/** 16 random bytes as base64url. */
export const CODE_BYTES = 16
const CODE = /^[A-Za-z0-9_-]{22}$/

/** The code of a link, or the id of a public group. Null stands for one that nobody has. */
export type Door = { readonly code: string | null } | { readonly groupId: string | null }

export function parseDoor({ code, groupId }: Pick<JoinGroupInput, 'code' | 'groupId'>): Door {
  if ((code == null) === (groupId == null)) throw badInput('code', 'Give either `code` or `groupId`.')
  if (code != null) return { code: CODE.test(code) ? code : null }
  return { groupId: parseId(groupId ?? '') }
}
