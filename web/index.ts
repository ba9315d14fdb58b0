/**
 * What a person sees who opens the server in a browser: a page that says what this is and, in development, GraphiQL signed in
 * by one click. Everything comes from here; the Content-Security-Policy lets no other server in.
 *
 * Invariants: in production there is no script at all, and no answer depends on who asks. The explorer's one-time passwords are
 * given to a page of this very server alone, on this machine, and only for addresses that the explorer made up.
 *
 * May import client.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { makeAssets } from './assets.ts'
import { EXPLORER_ADDRESS, findCode } from './codes.ts'
import { page } from './page.ts'

export interface WebOptions {
  /** The project's folder: what is served lies below it. */
  readonly root: string
  /** Development alone: where one-time passwords are kept. Unset: no explorer. */
  readonly explorer?: {
    readonly otpFile: string
    /** True for a Host that names this machine: a foreign name that points here (DNS rebinding) gets no code. */
    readonly isOwnHost: (host: string | undefined) => boolean
  }
}

export interface Web {
  /** The page itself, for whoever opens the path of the graph in a browser. */
  readonly page: RequestListener
  /** False where the request is for nothing of this. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
}

/** Everything from here, and no script inline. GraphiQL's dialogs set styles, in development alone. */
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

/** The longest body of a request for a code: an address and its braces. */
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
    if (!explorer || !own) return reply(403, { error: 'Codes are for the page of this server on this machine.' })
    let body = ''
    for await (const chunk of request as AsyncIterable<Buffer>) {
      body += chunk.toString()
      if (body.length > MAX_BODY) return reply(413, { error: 'The body is an address.' })
    }
    if (!EXPLORER_ADDRESS.test(body)) return reply(403, { error: 'Codes are for addresses that the explorer made up.' })
    const code = await findCode(explorer.otpFile, body)
    return code === undefined ? reply(404, { error: 'There is no code for it.' }) : reply(200, { code })
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
