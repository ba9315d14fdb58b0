import { randomBytes, randomUUID } from 'node:crypto'
import { makeSessionKeys } from './keys.ts'

const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const owner = { sessionId: randomUUID(), userId: randomUUID() }
const key = randomBytes(32)

test('a sealed key opens for its session and user, and is different each time', () => {
  const keys = makeSessionKeys(entry('one'))
  const [first, second] = [keys.seal(key, owner), keys.seal(key, owner)]
  expect(keys.open(first, owner)).toEqual(key)
  expect(first.keyId).toBe('one')
  expect(first.sealed).not.toEqual(second.sealed)
  expect(first.sealed.includes(key)).toBe(false)
})

test('a sealed key opens for no other session, no other user and no other ring, and not if a bit was changed', () => {
  const text = entry('one')
  const keys = makeSessionKeys(text)
  const sealed = keys.seal(key, owner)
  expect(() => keys.open(sealed, { ...owner, sessionId: randomUUID() })).toThrow()
  expect(() => keys.open(sealed, { ...owner, userId: randomUUID() })).toThrow()
  expect(() => makeSessionKeys(entry('one')).open(sealed, owner)).toThrow()
  expect(() => makeSessionKeys(entry('two')).open(sealed, owner)).toThrow('SESSION_KEYS has no key one')
  for (let at = 0; at < sealed.sealed.length; at++) {
    const changed = Buffer.from(sealed.sealed)
    changed[at]! ^= 1
    expect(() => keys.open({ ...sealed, sealed: changed }, owner)).toThrow()
  }
  for (const cut of [0, 12, 28, 59])
    expect(() => keys.open({ ...sealed, sealed: sealed.sealed.subarray(0, cut) }, owner)).toThrow()
  expect(makeSessionKeys(text).open(sealed, owner)).toEqual(key)
})

test('the first key of a ring seals, and all open', () => {
  const [older, newer] = [entry('older'), entry('newer')]
  const sealed = makeSessionKeys(older).seal(key, owner)
  const ring = makeSessionKeys(`${newer}, ${older}`)
  expect([ring.currentId, ring.olderIds]).toEqual(['newer', ['older']])
  expect(ring.open(sealed, owner)).toEqual(key)
  expect(ring.seal(key, owner).keyId).toBe('newer')
})

test('keys are base64 or hexadecimal, with an id or the beginning of their hash', () => {
  const bytes = randomBytes(32)
  const forms = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
  const rings = forms.map((form) => makeSessionKeys(form))
  expect(new Set(rings.map(({ currentId }) => currentId)).size).toBe(1)
  expect(rings[0]!.open(rings[2]!.seal(key, owner), owner)).toEqual(key)
})

test.each(['', 'short', `one:${'a'.repeat(42)}`, `${entry('one')},`, `bad id:${'0'.repeat(64)}`])(
  'a ring that is none is refused, without its text: %s',
  (text) => {
    expect(() => makeSessionKeys(text)).toThrow(/entry \d is not a key of 32 bytes/)
  },
)

test('an id that stands twice is refused', () => {
  expect(() => makeSessionKeys(`${entry('one')},${entry('one')}`)).toThrow('the id one stands there twice')
})
