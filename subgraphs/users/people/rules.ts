import type DataLoader from 'dataloader'
import type { Identity } from '../../../platform/signature/identity.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { PersonRow } from './store.ts'

/** What it takes to look a person up. */
export interface PeopleLookup {
  readonly identity: Identity
  /** People by id, one read for all that an answer needs. */
  readonly people: DataLoader<string, PersonRow | null>
}

/** The signed-in user's own row. */
export async function viewerFor({ identity, people }: PeopleLookup): Promise<PersonRow> {
  const { userId } = requireUser(identity)
  const person = await people.load(userId)
  if (!person) throw notFound('user', userId)
  return person
}

/** Anybody, for whoever is signed in, admins too; null where there is none. What is only their own, `isSelf` says. */
export async function personFor({ identity, people }: PeopleLookup, id: string): Promise<PersonRow | null> {
  if (identity.kind === 'anonymous') throw new PublicError('UNAUTHENTICATED', 'Sign in to do this.')
  const userId = parseId(id)
  return userId === null ? null : people.load(userId)
}

export function isSelf(identity: Identity, person: PersonRow): boolean {
  return identity.kind === 'user' && identity.userId === person.id
}
