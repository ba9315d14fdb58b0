import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { parseId } from '../parse.ts'

/** What the payloads of this room's events are checked with. */
const isId = (value: unknown): value is string => typeof value === 'string' && parseId(value) !== null
const areIds = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isId)

type Field = 'id' | 'ids' | 'text' | 'texts' | 'textOrNull' | 'maybeText'

const FITS: Readonly<Record<Field, (value: unknown) => boolean>> = {
  id: isId,
  ids: areIds,
  text: (value) => typeof value === 'string',
  texts: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  maybeText: (value) => value === undefined || typeof value === 'string',
  textOrNull: (value) => value === null || typeof value === 'string',
}

/** Makes a parser for payloads that have these fields. */
export const payloadOf =
  <Payload extends object>(fields: Required<Readonly<Record<keyof Payload, Field>>>): EventKind<Payload>['parse'] =>
  (payload) => {
    const given = (payload ?? {}) as Record<string, unknown>
    const fits = Object.entries<Field>(fields).every(([name, field]) => FITS[field](given[name]))
    return fits ? (payload as Payload) : null
  }

/** The fields of an event's GraphQL type that name a group, a user, or the one who acted: the id, and the object. */
export const groupOf = (groupId: string) => ({ groupId, group: { id: groupId } })
export const userOf = (userId: string) => ({ userId, user: { id: userId } })
export const actorOf = (by: string) => ({ byId: by, by: { id: by } })

/** Payloads that name the users who are told. */
export type Told = { readonly told: readonly string[] }
export const told = { of: 'users' as const, users: ({ told: users }: Told) => users }
