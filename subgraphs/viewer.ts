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

/** The admin of a request, with `role` among its roles; otherwise throws UNAUTHENTICATED or FORBIDDEN. */
export function requireAdmin(identity: Identity, role: string): Extract<Identity, { kind: 'admin' }> {
  if (identity.kind !== 'admin') throw new PublicError('UNAUTHENTICATED', 'Only admins may do this.')
  if (!identity.roles.includes(role)) throw new PublicError('FORBIDDEN', `This needs the role ${role}.`)
  return identity
}
