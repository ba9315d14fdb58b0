import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { notFound, PublicError } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { PROFILE_CHANGED, type ProfileChanged } from './events.ts'
import type { ProfileChanges } from './input.ts'
import type { PeoplePorts } from './ports.ts'
import { claimUsername, releaseUsername } from './released-names.ts'
import { findPeople, findProfile, saveProfile, type PersonRow, type ProfileRow } from './store.ts'

type Ports = Pick<
  PeoplePorts,
  'database' | 'eventLog' | 'bus' | 'log' | 'clock' | 'usernameChangeMs' | 'usernameHoldMs'
>

/** Changes the viewer's profile, and notifies the viewer's other devices. If nothing changes, nothing is written. */
export async function changeProfile(
  { database, eventLog, bus, log, clock, usernameChangeMs, usernameHoldMs }: Ports,
  { userId, deviceId }: Viewer,
  changes: ProfileChanges,
): Promise<PersonRow> {
  const payload: ProfileChanged = { userId, deviceId }
  const change = database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const before = await findProfile(sql, userId)
    if (!before) throw notFound('user', userId)
    const now = new Date(clock.now())
    const after = withChanges(before, changes, now, usernameChangeMs)
    if (after === before) return { person: (await findPeople(sql, [userId]))[0], changed: false }
    const person = await saveProfile(sql, userId, after)
    if (after.username !== before.username) {
      if (after.username !== null && !(await claimUsername(sql, after.username, userId, now))) throw taken(changes)
      const freeAt = new Date(now.getTime() + usernameHoldMs)
      if (before.username !== null) await releaseUsername(sql, before.username, userId, freeAt)
    }
    await eventLog.append(sql, { kind: PROFILE_CHANGED, key: userId, payload })
    return { person, changed: true }
  })
  const { person, changed } = await change.catch((error: unknown) => {
    throw isTaken(error) ? taken(changes) : error
  })
  if (!person) throw notFound('user', userId)
  if (changed) announceAppended(bus, userId, log)
  return person
}

/** The profile after the changes; `before` itself if they change nothing. Throws if the username may not change yet. */
function withChanges(before: ProfileRow, changes: ProfileChanges, now: Date, usernameChangeMs: number): ProfileRow {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  const after: ProfileRow = { ...before, ...given }
  if ((Object.keys(after) as (keyof ProfileRow)[]).every((field) => after[field] === before[field])) return before
  if (after.username === before.username) return after
  const openAt = before.usernameChangedAt ? before.usernameChangedAt.getTime() + usernameChangeMs : 0
  if (openAt > now.getTime()) {
    throw new PublicError('RATE_LIMITED', 'The username was changed a short while ago: retry after `retryAfterMs`.', {
      retryAfterMs: openAt - now.getTime(),
    })
  }
  // The first username is free: it begins no wait.
  return before.username === null ? after : { ...after, usernameChangedAt: now }
}

/** The same for a name that somebody has, and for one that somebody gave up a while ago. */
const taken = ({ username }: ProfileChanges) =>
  new PublicError('USERNAME_TAKEN', `The username ${username} is another user's, or was: use another one.`)

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'account_username'
