import { parseAddress } from './input.ts'

test('an address is lower-cased and trimmed', () => {
  expect(parseAddress(' Kim@Example.ORG ')).toBe('kim@example.org')
  expect(parseAddress('+491701234567')).toBe('+491701234567')
})

test.each([
  ['the Kelvin sign, which lower-cases to k', '\u212Aim@example.org'],
  ['the Kelvin sign in the domain', 'kim@\u212Aiosk.org'],
  ['a dotted capital I, which lower-cases to i and a dot', '\u0130an@example.org'],
  ['a Cyrillic a', 'k\u0430y@example.org'],
  ['a full-width digit', '+4917012345\uFF16'],
])('an address with %s is refused: it would be the account of somebody else', (_, address) => {
  expect(() => parseAddress(address)).toThrow('`address` must be an e-mail address')
})
