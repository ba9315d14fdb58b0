import { badInput } from '../../errors.ts'
import { ROLE_FORMAT } from '../../../platform/signature/canonical.ts'
import type { Valid } from '../../parse.ts'
import { parseAddress } from '../sign-in/input.ts'
import { MAX_PASSWORD, MIN_PASSWORD } from './limits.ts'

export type AdminEmail = Valid<'adminEmail'>

export function parseAdminEmail(text: string): AdminEmail {
  const address: string = parseAddress(text)
  if (!address.includes('@')) throw badInput('email', '`email` must be an e-mail address.')
  return address as AdminEmail // the only maker of AdminEmail
}

/** A password to sign in with: only its length is checked. */
export function checkLength(password: string): void {
  if (password.length > MAX_PASSWORD)
    throw badInput('password', `\`password\` is longer than ${MAX_PASSWORD} characters.`)
}

/** A password that an admin is to have. */
export function parseNewPassword(text: string): string {
  checkLength(text)
  if ([...text].length < MIN_PASSWORD)
    throw badInput('password', `The password must have at least ${MIN_PASSWORD} characters.`)
  if (new Set(text).size < 6) throw badInput('password', 'The password repeats few characters: use another one.')
  return text
}

/** The scopes of an admin, such as `admin`. */
export function parseScopes(texts: readonly string[]): string[] {
  const wrong = texts.find((text) => !ROLE_FORMAT.test(text))
  if (wrong !== undefined || texts.length === 0 || texts.length > 32)
    throw badInput('scopes', `An admin has 1 to 32 scopes of letters, digits and \`_.:/-\`, not "${wrong ?? ''}".`)
  return [...new Set(texts)]
}
