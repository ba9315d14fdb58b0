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
  // Armenian and N’Ko
  ա: 'w',
  զ: 'q',
  հ: 'h',
  յ: 'j',
  ո: 'n',
  ռ: 'n',
  ս: 'u',
  ց: 'g',
  օ: 'o',
  ߋ: 'o',
  '¡': 'l',
}

/** Whole alphabets that look like Latin ones: small capitals, and letters of Cherokee and Lisu. */
const ALPHABETS = [
  ['ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡꭆ', 'abcdefghljklmnoprstuvwyzagr'],
  ['ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏆᏏᏒᏔᏙᏚᏞᏟᏢᏦᏧ', 'drtlajewmhygzlbrwvslcpkd'],
  ['ꓐꓑꓓꓔꓖꓗꓙꓚꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ', 'bpdtgkjcfmnlsrvhwxyaelou'],
] as const

/** Letters in dark circles and squares, and those that flags are written with: symbols, which have no decomposition. */
const ENCLOSED_FROM = [0x1f150, 0x1f170, 0x1f1e6]
const openEnclosed = (name: string): string =>
  [...name]
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0
      const from = ENCLOSED_FROM.find((first) => code >= first && code < first + 26)
      return from === undefined ? letter : String.fromCharCode(97 + code - from)
    })
    .join('')

const LOWER_LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(LOOK_ALIKES),
  ...ALPHABETS.flatMap(([letters, latin]) =>
    [...letters].map((letter, at) => [letter.toLowerCase(), latin[at]!] as const),
  ),
])

/** What is left of a name when everything that looks alike is the same. */
export function skeletonOf(name: string): string {
  const letters = openEnclosed(name).normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '')
  const folded = [...letters].map((letter) => LOWER_LOOK_ALIKES.get(letter) ?? letter).join('')
  return folded
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

const roles = ROLES.map(skeletonOf)
const words = new Set(WORDS.map(skeletonOf))
/** One or more roles and nothing else. */
const ofRoles = new RegExp(`^(?:${roles.join('|')})+$`)

/** A name as it is, and without what is no letter at its ends, such as `admin2`, `!admin!` and `admin②`. */
function trimmings(name: string): string[] {
  const opened = openEnclosed(name)
  const withoutStart = opened.replace(/^\P{L}+/u, '')
  return [opened, withoutStart].flatMap((text) => [text, text.replace(/\P{L}+$/u, '')])
}

const isRole = (name: string): boolean => trimmings(name).some((each) => ofRoles.test(skeletonOf(each)))

export const isReservedUsername = (username: string): boolean => isRole(username) || words.has(skeletonOf(username))

export const isReservedDisplayName = (name: string): boolean => isRole(name)
