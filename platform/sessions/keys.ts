import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Whose key it is. A sealed key opens for its own session and user only. */
export interface KeyOwner {
  readonly sessionId: string
  readonly userId: string
}

/** A session's key as stores keep it. */
export interface SealedKey {
  /** Which key of the ring sealed it. */
  readonly keyId: string
  /** Nonce, ciphertext and tag of AES-256-GCM. */
  readonly sealed: Buffer
}

/**
 * The key ring that encrypts the keys of sessions at rest, so that a copy of PostgreSQL and Redis can sign nothing. The
 * first key seals; all of them open.
 */
export interface SessionKeys {
  readonly currentId: string
  /** The other keys of the ring: what they sealed is to be sealed again. */
  readonly olderIds: readonly string[]
  seal(key: Buffer, owner: KeyOwner): SealedKey
  /** Throws if the ring does not have the key, or if the text is not what the owner's key was sealed to. */
  open(sealed: SealedKey, owner: KeyOwner): Buffer
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const ENTRY = /^(?:([\w-]{1,32}):)?([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/

/**
 * Reads a ring from `id:key` entries with commas between: a key is 32 bytes as base64 or hexadecimal digits. An entry
 * without an id has the beginning of the key's SHA-256 as its id. The error contains no key.
 */
export function makeSessionKeys(text: string): SessionKeys {
  const ring = new Map<string, Buffer>()
  for (const [at, entry] of text.split(',').entries()) {
    const [, id, encoded = ''] = ENTRY.exec(entry.trim()) ?? []
    const key = Buffer.from(encoded, encoded.length === 2 * KEY_BYTES ? 'hex' : 'base64')
    if (key.length !== KEY_BYTES)
      throw new Error(
        `entry ${at + 1} is not a key of 32 bytes, as id:base64 or id:hexadecimal: make one with \`openssl rand -hex 32\``,
      )
    const name = id ?? createHash('sha256').update(key).digest('hex').slice(0, 8)
    if (ring.has(name)) throw new Error(`the id ${name} stands there twice: give each key an id of its own`)
    ring.set(name, key)
  }
  const [currentId = '', ...olderIds] = ring.keys() // an empty text has failed above
  return {
    currentId,
    olderIds,
    seal(key, owner) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, keyOf(ring, currentId), nonce).setAAD(contextOf(owner))
      return {
        keyId: currentId,
        sealed: Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]),
      }
    },
    open({ keyId, sealed }, owner) {
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv(CIPHER, keyOf(ring, keyId), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(contextOf(owner)).setAuthTag(sealed.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    },
  }
}

function keyOf(ring: ReadonlyMap<string, Buffer>, id: string): Buffer {
  const key = ring.get(id)
  if (!key) throw new Error(`SESSION_KEYS has no key ${id}, which sealed a session's key.`)
  return key
}

/** Bound to the ciphertext: a row that is copied to another session or user does not open. */
const contextOf = ({ sessionId, userId }: KeyOwner) => Buffer.from(`parley session key 1\n${sessionId}\n${userId}`)
