/**
 * The pages for a person who opens the server in a browser: a page that says what it is and, in development, GraphiQL
 * with a one-click sign-in. All files come from this server; the Content-Security-Policy allows no other.
 *
 * Invariants: in production there is no script at all, and no answer depends on the client. The explorer's one-time
 * passwords are only given to a page of this server, on this machine, and only for addresses that the explorer
 * generated.
 *
 * May import client.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { makeAssets } from './assets.ts'
import { EXPLORER_ADDRESS, findCode } from './codes.ts'
import { page } from './page.ts'

export interface WebOptions {
  /** The project's folder, which contains all served files. */
  readonly root: string
  /** For development only: the file with one-time passwords. Unset: no explorer. */
  readonly explorer?: {
    readonly otpFile: string
    /** True for a Host that names this machine: a foreign domain that points here (DNS rebinding) gets no code. */
    readonly isOwnHost: (host: string | undefined) => boolean
  }
}

export interface Web {
  /** The page, for a person who opens the path of the graph in a browser. */
  readonly page: RequestListener
  /** False if the request is not for any of these pages. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
}

/** Only files of this server, and no inline script. GraphiQL's dialogs set styles, in development only. */
const policy = (scripts: boolean) =>
  [
    "default-src 'none'",
    ...(scripts
      ? ["script-src 'self'", "connect-src 'self'", "style-src 'self' 'unsafe-inline'", "font-src 'self' data:"]
      : ["style-src 'self'"]),
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Maximum characters of the body of a request for a code: an address. */
const MAX_BODY = 1_000

export function makeWeb({ root, explorer }: WebOptions): Web {
  const assets = makeAssets(root)
  const explores = explorer !== undefined && assets.complete
  const html = page({ explores, missing: explorer !== undefined && !assets.complete })

  const send = (response: ServerResponse, status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': policy(explores),
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'accept',
    })
    response.end(body)
  }

  const giveCode = async (request: IncomingMessage, response: ServerResponse) => {
    const reply = (status: number, answer: object) => send(response, status, 'application/json', JSON.stringify(answer))
    const { host, origin, 'sec-fetch-site': site } = request.headers
    const own =
      explorer?.isOwnHost(host) === true && origin === `http://${host}` && (site ?? 'same-origin') === 'same-origin'
    if (!explorer || !own)
      return reply(403, { error: 'Only a page of this server, opened on this machine, can get a code.' })
    let body = ''
    for await (const chunk of request as AsyncIterable<Buffer>) {
      body += chunk.toString()
      if (body.length > MAX_BODY) return reply(413, { error: 'The body is too long to be an address.' })
    }
    if (!EXPLORER_ADDRESS.test(body))
      return reply(403, { error: 'Only an address that the explorer generated can have a code here.' })
    const code = await findCode(explorer.otpFile, body)
    return code === undefined ? reply(404, { error: 'There is no code for this address.' }) : reply(200, { code })
  }

  return {
    page: (_, response) => send(response, 200, 'text/html; charset=utf-8', html),
    answer(request, response) {
      const path = request.url?.split('?')[0] ?? ''
      if (path === '/explorer/code' && explores && request.method === 'POST') {
        giveCode(request, response).catch(() => response.destroy())
        return true
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') return false
      if (path === '/') {
        send(response, 200, 'text/html; charset=utf-8', html)
        return true
      }
      const asset = assets.find(path)
      if (!asset || (!explores && !asset.always)) return false
      send(response, 200, asset.type, asset.read())
      return true
    },
  }
}
