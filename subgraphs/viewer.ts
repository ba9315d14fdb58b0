import type { Identity } from '../platform/signature/identity.ts'
import { PublicError } from './errors.ts'

/** A signed-in user, as every access function takes it. */
export type Viewer = Extract<Identity, { kind: 'user' }>

/**
 * The user of a request; otherwise throws UNAUTHENTICATED. The gateway has already checked the policy: this is a
 * second check.
 */
export function requireUser(identity: Identity): Viewer {
  if (identity.kind !== 'user') throw new PublicError('UNAUTHENTICATED', 'Sign in to do this.')
  return identity
}

/** The areas of administration. For each, `area:read` lets an admin see, and `area:write` see and change. */
export type AdminArea = 'users' | 'audit' | 'groups' | 'messages' | 'reports' | 'operations'
export type AdminScope = `${AdminArea}:${'read' | 'write'}`

/** Whether an admin has the scope; `admin` is all of them. */
export function isAdmin(identity: Identity, scope: AdminScope): boolean {
  if (identity.kind !== 'admin') return false
  const { roles } = identity
  return roles.includes('admin') || roles.includes(scope) || roles.includes(scope.replace(':read', ':write'))
}

/** The admin of a request, who has the scope; otherwise throws UNAUTHENTICATED or FORBIDDEN. */
export function requireAdmin(identity: Identity, scope: AdminScope): Extract<Identity, { kind: 'admin' }> {
  if (identity.kind !== 'admin') throw new PublicError('UNAUTHENTICATED', 'Only admins may do this.')
  if (!isAdmin(identity, scope)) throw new PublicError('FORBIDDEN', `This needs the scope ${scope}.`)
  return identity
}
