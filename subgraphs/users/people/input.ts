import { badInput } from '../../errors.ts'
import { malformedCursor, type PageRequest } from '../../page.ts'
import { parseHttpsUrl, parseLine, parseLines, type Valid } from '../../parse.ts'
import type { UpdateProfileInput } from '../generated/resolvers.ts'
import { MAX_AVATAR_URL, MAX_BIO, MAX_NAME } from '../limits.ts'
import { isReservedDisplayName, isReservedUsername } from './reserved-names.ts'

export type DisplayName = Valid<'displayName'>
/** 3 to 30 of `a-z0-9_.`. */
export type Username = Valid<'username'>

const USERNAME = /^(?=.*[a-z])[a-z0-9_.]{3,30}$/
const PREFIX = /^[a-z0-9_.]{3,30}$/

export function parseDisplayName(text: string): DisplayName {
  const name = parseLine('displayName', text, MAX_NAME)
  if (isReservedDisplayName(name)) {
    throw badInput(
      'displayName',
      '`displayName` must be another one: this one looks like the name of a role of this server.',
    )
  }
  return name as DisplayName // the only maker of DisplayName
}

export function parseUsername(text: string): Username {
  const username = lowerCase(text.trim())
  if (!USERNAME.test(username)) {
    throw badInput(
      'username',
      '`username` must be 3 to 30 letters of a to z, digits, `_` and `.`, with at least one letter.',
    )
  }
  if (isReservedUsername(username)) {
    throw badInput('username', '`username` must be another one: this one is reserved, or looks like a reserved name.')
  }
  return username as Username // the only maker of a new Username
}

/** A username to look for; null if nobody can have it. */
export function parseKnownUsername(text: string): Username | null {
  const username = lowerCase(text.trim().replace(/^@/, ''))
  return USERNAME.test(username) ? (username as Username) : null
}

/** The beginning of usernames to search for. At least three characters: a search is for people whom one knows. */
export function parsePrefix(text: string): string {
  const prefix = lowerCase(text.trim().replace(/^@/, ''))
  if (!PREFIX.test(prefix)) {
    throw badInput('prefix', '`prefix` must be 3 to 30 letters of a to z, digits, `_` and `.`.')
  }
  return prefix
}

/** The username after which a page begins. */
export function usernameAfter(page: PageRequest): string | null {
  if (page.after !== null && !PREFIX.test(page.after)) throw malformedCursor()
  return page.after
}

/** Lower-cases ASCII only: the Kelvin sign (U+212A) would become a `k`. A text that is far too long stays as it is. */
const lowerCase = (text: string) => (text.length > 100 ? text : text.replaceAll(/[A-Z]/g, (one) => one.toLowerCase()))

/** The changes of a profile, checked; a field that is undefined stays. Only `parseProfile` makes it. */
export interface ProfileChanges {
  readonly displayName: DisplayName | undefined
  readonly username: Username | null | undefined
  readonly bio: string | null | undefined
  readonly avatarUrl: string | null | undefined
  readonly locale: string | null | undefined
  readonly timeZone: string | null | undefined
}

export function parseProfile(input: UpdateProfileInput): ProfileChanges {
  if (input.displayName === null) throw badInput('displayName', '`displayName` cannot be cleared: everybody has one.')
  const optional = <Value>(text: string | null | undefined, parse: (text: string) => Value) =>
    text == null ? text : parse(text)
  return {
    displayName: input.displayName === undefined ? undefined : parseDisplayName(input.displayName),
    username: optional(input.username, parseUsername),
    bio: optional(input.bio, (text) => parseLines('bio', text, MAX_BIO)),
    avatarUrl: optional(input.avatarUrl, (text) => parseHttpsUrl('avatarUrl', text, MAX_AVATAR_URL)),
    locale: optional(input.locale, parseLocale),
    timeZone: optional(input.timeZone, parseTimeZone),
  }
}

function parseLocale(text: string): string {
  try {
    // An empty list for an empty text, and a RangeError for what is no tag.
    const [locale] = text.length > 0 && text.length <= 35 ? Intl.getCanonicalLocales(text) : []
    if (locale !== undefined) return locale
  } catch {
    // Refused below, as a tag that is too long is.
  }
  throw badInput('locale', '`locale` must be a BCP 47 tag of at most 35 characters, such as `en-GB`.')
}

function parseTimeZone(text: string): string {
  // Offsets such as `+01:00` are no names: they know no summer time.
  if (/^[A-Za-z][A-Za-z0-9_+/-]{0,49}$/.test(text)) {
    try {
      const known = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
      // It writes the name as IANA does, but also turns some names into older ones for the same zone.
      return known.toLowerCase() === text.toLowerCase() ? known : text
    } catch {
      // Refused below, as a text that cannot be a name is.
    }
  }
  throw badInput('timeZone', '`timeZone` must be an IANA name, such as `Europe/Berlin`.')
}
