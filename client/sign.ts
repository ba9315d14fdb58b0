/** A key of WebCrypto that signs and cannot be read out. */
export type SessionKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** From `verifyOtp`: the proof of one signed-in device. Keep it as safe as a password. */
export interface Session {
  readonly id: string
  /** `serverHMACKey` as base64url, or what `importSessionKey` made of it. */
  readonly hmacKey: string | SessionKey
}

export interface SignedParts {
  readonly session: Session
  /** As sent; `WS` for a socket, whose headers go into the payload of connection_init. */
  readonly method: string
  /** Path and query exactly as sent, without `?` if there is no query. */
  readonly target: string
  /** The body exactly as sent; leave it out for GET and `WS`. */
  readonly body?: string | Uint8Array
  /** Unix ms; the default is this machine's time. */
  readonly now?: number
  /** 8 to 128 characters of [A-Za-z0-9_-], never used before in this session; the default is a random UUID. */
  readonly nonce?: string
}

const encoder = new TextEncoder()

/**
 * Makes the headers of a signed request (docs/signing.md). Needs WebCrypto: Node 20 and browsers on https have it.
 * Make new headers for every attempt: a nonce is valid only once.
 */
export async function signRequest({
  session,
  method,
  target,
  body = '',
  now = Date.now(),
  nonce = crypto.randomUUID(),
}: SignedParts): Promise<Record<string, string>> {
  const { subtle } = crypto
  const timestamp = String(Math.trunc(now))
  const bytes = typeof body === 'string' ? encoder.encode(body) : new Uint8Array(body)
  const hash = hex(await subtle.digest('SHA-256', bytes))
  const text = [method, target, session.id, timestamp, nonce, hash].join('\n')
  return {
    Authorization: `Session ${session.id}`,
    'X-Timestamp': timestamp,
    'X-Nonce': nonce,
    'X-Signature': hex(await subtle.sign('HMAC', await keyOf(session), encoder.encode(text))),
  }
}

/** Makes a key that no script can read out of the text that `verifyOtp` returns. */
export const importSessionKey = (hmacKey: string): Promise<SessionKey> =>
  crypto.subtle.importKey('raw', fromBase64Url(hmacKey), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

/** Each session's key is imported once. */
const imported = new WeakMap<Session, Promise<SessionKey>>()

async function keyOf(session: Session): Promise<SessionKey> {
  if (typeof session.hmacKey !== 'string') return session.hmacKey
  let key = imported.get(session)
  if (!key) imported.set(session, (key = importSessionKey(session.hmacKey)))
  return key
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
