import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'

/** What a fake push service got. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly httpVersion: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface PushService extends AsyncDisposable {
  readonly port: number
  /** The certificate that it shows for localhost; '' for plain HTTP. */
  readonly certificate: string
  readonly received: Received[]
  /** Ends all connections, as services do from time to time. */
  hangUp(): void
}

type Handler = (received: Received) => Reply | Promise<Reply>

/** The same for all servers of a test file, for localhost and push.example.org. */
let made: ReturnType<typeof generate> | undefined
const certificate = () =>
  (made ??= generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: 'push.example.org' },
        ],
      },
    ],
  }))

/** A server on loopback that answers as `reply` says: `h2` speaks TLS, with HTTP/2 and HTTP/1.1; `http` is plain. */
export async function startPushService(kind: 'h2' | 'http', reply: Handler): Promise<PushService> {
  const received: Received[] = []
  const onRequest = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const got: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      httpVersion: request.httpVersion,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks),
    }
    received.push(got)
    const { status, headers = {}, body = '' } = await reply(got)
    ;(response as ServerResponse).writeHead(status, headers).end(body)
  }
  const keys = kind === 'h2' ? await certificate() : null
  const handler = (...exchange: Parameters<typeof onRequest>) => void onRequest(...exchange)
  const server = keys
    ? createSecureServer({ key: keys.private, cert: keys.cert, allowHTTP1: true }, handler)
    : createHttp(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket: { destroy(): void }) => sockets.add(socket))
  return {
    port: (server.address() as AddressInfo).port,
    certificate: keys?.cert ?? '',
    received,
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
