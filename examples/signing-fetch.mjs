/** Signs requests by docs/signing.md, for any client that accepts a custom `fetch`. Runs in browsers and on Node. */
const encoder = new TextEncoder()

/** Makes the four headers of one attempt. Make new ones for each: a nonce is valid only once. */
export async function sign(session, method, target, body = '') {
  const timestamp = String(Date.now())
  const nonce = crypto.randomUUID()
  const hash = hex(await crypto.subtle.digest('SHA-256', encoder.encode(body)))
  const text = [method, target, session.id, timestamp, nonce, hash].join('\n')
  const key = await crypto.subtle.importKey(
    'raw',
    fromBase64Url(session.hmacKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  return {
    Authorization: `Session ${session.id}`,
    'X-Timestamp': timestamp,
    'X-Nonce': nonce,
    'X-Signature': hex(await crypto.subtle.sign('HMAC', key, encoder.encode(text))),
  }
}

/**
 * A `fetch` that signs. The body must be a text, as GraphQL clients send it, so that exactly the sent bytes are
 * signed. The server uses no cookies, so none are sent.
 */
export const signingFetch =
  (session) =>
  async (input, init = {}) => {
    const { pathname, search } = new URL(input, globalThis.location?.href)
    const headers = new Headers(init.headers)
    const signed = await sign(session, init.method ?? 'GET', pathname + search, init.body ?? '')
    for (const [name, value] of Object.entries(signed)) headers.set(name, value)
    return fetch(input, { ...init, headers, credentials: 'omit' })
  }

/**
 * The payload of `connection_init`, as `connectionParams`: called for each connection, so that each is signed
 * separately.
 */
export const signingParams = (session, url) => () => sign(session, 'WS', new URL(url).pathname + new URL(url).search)

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
