import { v7 } from 'uuid'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, messagesNotAccepted, notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { openDirect } from './store.ts'

export interface DirectPorts {
  readonly database: Sql
  readonly clock: Clock
}

/** Returns the id of the viewer's direct conversation with a user; begins it if there is none and the user allows it. */
export async function directWith({ database, clock }: DirectPorts, viewer: Viewer, userId: string): Promise<string> {
  const otherId = parseId(userId)
  if (!otherId) throw notFound('user', userId)
  if (otherId === viewer.userId)
    throw badInput('userId', 'A direct conversation must be with somebody else, not with oneself.')
  const now = clock.now()
  const { id, isKnown } = await openDirect(database, v7({ msecs: now }), viewer.userId, otherId, new Date(now))
  if (!id) throw isKnown ? messagesNotAccepted() : notFound('user', userId)
  return id
}
