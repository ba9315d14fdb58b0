import type { EventKind } from '../platform/eventlog/kinds.ts'
import { parseId } from './parse.ts'

const isId = (value: unknown) => typeof value === 'string' && parseId(value) !== null
const isText = (value: unknown) => typeof value === 'string'

/** What a field of a payload may be. */
const FITS = {
  id: isId,
  idOrNull: (value) => value === null || isId(value),
  ids: (value) => Array.isArray(value) && value.every(isId),
  text: isText,
  textOrNull: (value) => value === null || isText(value),
  maybeText: (value) => value === undefined || isText(value),
  texts: (value) => Array.isArray(value) && value.every(isText),
  integer: Number.isInteger,
  maybeInteger: (value) => value === undefined || Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
} as const satisfies Readonly<Record<string, (value: unknown) => boolean>>

type Field = keyof typeof FITS

/** Makes the parser of a kind of event whose payloads have these fields. */
export const payloadOf =
  <Payload extends object>(fields: Required<Readonly<Record<keyof Payload, Field>>>): EventKind<Payload>['parse'] =>
  (payload) => {
    const given = (payload ?? {}) as Record<string, unknown>
    const fits = Object.entries<Field>(fields).every(([name, field]) => FITS[field](given[name]))
    return fits ? (payload as Payload) : null
  }
