import { badInput } from '../../errors.ts'
import type { Valid } from '../../parse.ts'

/** A lower-case e-mail address or an E.164 number. */
export type Address = Valid<'address'>
/** Six or eight digits. */
export type Code = Valid<'code'>
/** Letters of two scripts that look alike would allow two accounts for one visible address. */
const ASCII = /^[\x00-\x7f]*$/
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*$/
const E164 = /^\+[1-9][0-9]{6,14}$/
/** The maximum that SMTP allows. */
const MAX_ADDRESS = 254

/** Whether a lower-case text is an address. */
export const isAddress = (text: string): boolean =>
  ASCII.test(text) && text.length <= MAX_ADDRESS && (EMAIL.test(text) || E164.test(text))

export function parseAddress(text: string): Address {
  // Tested before lower-casing: the Kelvin sign (U+212A) would become a `k`, which is ASCII.
  const address = text.length > 2 * MAX_ADDRESS || !ASCII.test(text) ? '' : text.trim().toLowerCase()
  if (!isAddress(address)) {
    throw badInput('address', '`address` must be an e-mail address, or a telephone number as `+` and 7 to 15 digits.')
  }
  return address as Address // the only maker of Address
}

export function parseCode(text: string): Code {
  if (!/^(?:[0-9]{6}|[0-9]{8})$/.test(text))
    throw badInput('code', '`code` must be the six or eight digits that were sent.')
  return text as Code // the only maker of Code
}
