import { badInput } from '../errors.ts'
import { malformedCursor, type PageRequest } from '../page.ts'
import { parseId, parseLine } from '../parse.ts'
import type { RegisterDeviceInput, RevokeSessionsInput } from './generated/resolvers.ts'
import { MAX_NAME, MAX_PUSH_TOKEN, MAX_SESSIONS_PER_REQUEST } from './limits.ts'

declare const valid: unique symbol
/** What only the parser of its kind makes. */
type Valid<Kind extends string, Base = string> = Base & { readonly [valid]: Kind }

/** A lower-case e-mail address or an E.164 number. */
export type Address = Valid<'address'>
/** Six digits. */
export type Code = Valid<'code'>
export type DisplayName = Valid<'displayName'>
export type NewDevice = Valid<
  'device',
  { readonly name: string; readonly platform: RegisterDeviceInput['platform']; readonly pushToken: string | null }
>

/** Letters that look alike in two scripts would make two accounts of one address. */
const ASCII = /^[\x00-\x7f]*$/
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*$/
const E164 = /^\+[1-9][0-9]{6,14}$/
/** The longest that SMTP carries. */
const MAX_ADDRESS = 254

export function parseAddress(text: string): Address {
  // Tested before it is lower-cased: the Kelvin sign (U+212A) would become a `k`, which is ASCII.
  const address = text.length > 2 * MAX_ADDRESS || !ASCII.test(text) ? '' : text.trim().toLowerCase()
  if (address.length > MAX_ADDRESS || !(EMAIL.test(address) || E164.test(address))) {
    throw badInput('address', '`address` is an e-mail address, or a telephone number as `+` and 7 to 15 digits.')
  }
  return address as Address // the one place that makes it
}

export function parseCode(text: string): Code {
  if (!/^[0-9]{6}$/.test(text)) throw badInput('code', '`code` is six digits.')
  return text as Code // the one place that makes it
}

export function parseDisplayName(text: string): DisplayName {
  return parseLine('displayName', text, MAX_NAME) as DisplayName // the one place that makes it
}

export function parseDevice(input: RegisterDeviceInput): NewDevice {
  const pushToken = input.pushToken ?? null
  // Each service's token is text or JSON of its own kind; a control character is in none of them.
  if (
    pushToken !== null &&
    (pushToken.length < 1 || pushToken.length > MAX_PUSH_TOKEN || /[\p{Cc}\p{Cs}]/u.test(pushToken))
  ) {
    throw badInput('pushToken', `\`pushToken\` is 1 to ${MAX_PUSH_TOKEN} characters without control characters.`)
  }
  const device = { name: parseLine('name', input.name, MAX_NAME), platform: input.platform, pushToken }
  return device as NewDevice // the one place that makes it
}

/** The sessions that are named, or null for all but the one that asks. What can be no id names nothing. */
export function parseRevocation(input: RevokeSessionsInput): string[] | null {
  if (input.sessionIds == null) return null
  if (input.sessionIds.length < 1 || input.sessionIds.length > MAX_SESSIONS_PER_REQUEST) {
    throw badInput(
      'sessionIds',
      `\`sessionIds\` names 1 to ${MAX_SESSIONS_PER_REQUEST}, or is left out for all others.`,
    )
  }
  return input.sessionIds.flatMap((text) => parseId(text) ?? [])
}

/** The session after which a page begins. */
export function sessionAfter(page: PageRequest): string | null {
  if (page.after === null) return null
  const id = parseId(page.after)
  if (id === null) throw malformedCursor()
  return id
}
