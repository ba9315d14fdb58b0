import { readFileSync } from 'node:fs'
import { assetPath } from '../../platform/assets.ts'
import { signedHeaders } from '../../test/support/sessions.ts'
import { canonicalText, signatureFits } from './hmac.ts'

interface Vector {
  readonly name: string
  readonly method: string
  readonly target: string
  readonly sessionId: string
  readonly hmacKey: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
  readonly bodySha256: string
  readonly canonicalText: string
  readonly signature: string
}

// Written by Python's hmac and hashlib, so that neither side is only held against itself.
const [, json = '[]'] = /```json\n([^]*?)```/.exec(readFileSync(assetPath('docs/signing.md'), 'utf8')) ?? []
const vectors = JSON.parse(json) as Vector[]

test('the docs have vectors', () => expect(vectors.length).toBeGreaterThan(4))

describe.each(vectors)('$name', (vector) => {
  const { method, target, sessionId, timestamp, nonce } = vector
  const key = Buffer.from(vector.hmacKey, 'base64url')
  const body = Buffer.from(vector.body)
  const parts = { method, target, sessionId, timestamp, nonce, body }

  test('the server makes the text of it, and takes the signature and no other', () => {
    expect(canonicalText(parts)).toBe(vector.canonicalText)
    expect(canonicalText(parts).split('\n').at(-1)).toBe(vector.bodySha256)
    expect(signatureFits(key, parts, vector.signature)).toBe(true)
    expect(signatureFits(key, parts, vector.signature.toUpperCase())).toBe(true)
    expect(signatureFits(key, parts, '0'.repeat(64))).toBe(false)
    expect(signatureFits(Buffer.from(vector.hmacKey), parts, vector.signature)).toBe(false)
  })

  test('the SDK signs it so', async () => {
    const session = { sessionId, userId: '', deviceId: '', hmacKey: key, expiresAtMs: 0 }
    const now = Number(timestamp)
    expect(await signedHeaders(session, { method, target, body: vector.body, now, nonce })).toEqual({
      Authorization: `Session ${sessionId}`,
      'X-Timestamp': timestamp,
      'X-Nonce': nonce,
      'X-Signature': vector.signature,
    })
  })
})
