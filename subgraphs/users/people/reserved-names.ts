/**
 * Names that people would take for the server or its staff. A name that looks like one of them is refused: both are
 * folded to a skeleton, in which letters, digits and signs that look alike are the same.
 */

/** Refused as usernames and as display names, also several of them in a row, such as `parley_support`. */
const ROLES = [
  'admin',
  'administrator',
  'moderator',
  'mod',
  'support',
  'helpdesk',
  'staff',
  'official',
  'operator',
  'root',
  'superuser',
  'sysadmin',
  'system',
  'security',
  'parley',
  'deleteduser',
]

/** Refused as usernames only: they have a meaning in addresses, mentions and paths, or stand for no person. */
const WORDS = [
  'abuse',
  'about',
  'account',
  'all',
  'anonymous',
  'api',
  'billing',
  'bot',
  'channel',
  'contact',
  'deleted',
  'everyone',
  'graphql',
  'guest',
  'help',
  'here',
  'hostmaster',
  'info',
  'legal',
  'login',
  'mail',
  'me',
  'nobody',
  'noreply',
  'notifications',
  'null',
  'postmaster',
  'privacy',
  'service',
  'settings',
  'signin',
  'signup',
  'team',
  'undefined',
  'unknown',
  'user',
  'webmaster',
  'www',
]

/** Letters of other scripts, and digits and signs, that look like Latin letters. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'l',
  '|': 'l',
  '€': 'e',
  i: 'l',
  ı: 'l',
  ß: 'b',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  // Cyrillic
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  н: 'h',
  і: 'l',
  ӏ: 'l',
  ј: 'j',
  к: 'k',
  м: 'm',
  п: 'n',
  о: 'o',
  р: 'p',
  г: 'r',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  ԝ: 'w',
  // Greek
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'l',
  κ: 'k',
  μ: 'm',
  ν: 'v',
  ο: 'o',
  π: 'n',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
}

/** What is left of a name when everything that looks alike is the same. */
export function skeletonOf(name: string): string {
  const letters = name.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '')
  const folded = [...letters].map((letter) => LOOK_ALIKES[letter] ?? letter).join('')
  return folded
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

const roles = ROLES.map(skeletonOf)
const words = new Set(WORDS.map(skeletonOf))
/** One or more roles and nothing else, also with digits after them, such as `admin2`. */
const ofRoles = new RegExp(`^(?:${roles.join('|')})+$`)

const isRole = (name: string): boolean =>
  [name, name.replace(/[\d_.\s]+$/, '')].some((each) => ofRoles.test(skeletonOf(each)))

export const isReservedUsername = (username: string): boolean => isRole(username) || words.has(skeletonOf(username))

export const isReservedDisplayName = (name: string): boolean => isRole(name)
