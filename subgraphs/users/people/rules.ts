import type DataLoader from 'dataloader'
import type { Identity } from '../../../platform/signature/identity.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { isAdmin, requireUser } from '../../viewer.ts'
import type { PersonRow } from './store.ts'

/** The parts of a context that looking up a person needs. */
export interface PeopleLookup {
  readonly identity: Identity
  /** People by id, with one query for all that an answer needs. */
  readonly people: DataLoader<string, PersonRow | null>
}

/** The signed-in user's own row. */
export async function viewerFor({ identity, people }: PeopleLookup): Promise<PersonRow> {
  const { userId } = requireUser(identity)
  const person = await people.load(userId)
  if (!person) throw notFound('user', userId)
  return person
}

/**
 * Any person, for any signed-in client, including admins; null if there is none. `isSelf` guards fields for the person
 * alone.
 */
export async function personFor({ identity, people }: PeopleLookup, id: string): Promise<PersonRow | null> {
  if (identity.kind === 'anonymous') throw new PublicError('UNAUTHENTICATED', 'Sign in to do this.')
  const userId = parseId(id)
  return userId === null ? null : people.load(userId)
}

/** People whose ids a table of this room has, in the order of the ids. */
export async function knownPeople({ people }: PeopleLookup, ids: readonly string[]): Promise<PersonRow[]> {
  return Promise.all(
    ids.map(async (id) => {
      const person = await people.load(id)
      if (!person) throw notFound('user', id)
      return person
    }),
  )
}

export function isSelf(identity: Identity, person: PersonRow): boolean {
  return identity.kind === 'user' && identity.userId === person.id
}

/** Whether the viewer may see what only the person sees, apart from admins. */
export const maySeeAccount = (identity: Identity, person: PersonRow): boolean =>
  isSelf(identity, person) || isAdmin(identity, 'users:read')
