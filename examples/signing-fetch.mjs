/** Signs requests as docs/signing.md says, for any client that takes a `fetch` of yours. Runs in browsers and on Node. */
const encoder = new TextEncoder()

/** The four headers of one try. Make them anew for each: a nonce is good once. */
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
 * A `fetch` that signs. The body is a text, as GraphQL clients send it: what is signed is what is sent. No cookie is used,
 * so none is sent along.
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

/** What goes into `connection_init`, as `connectionParams`: called for each connection, so that each is signed anew. */
export const signingParams = (session, url) => () => sign(session, 'WS', new URL(url).pathname + new URL(url).search)

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
