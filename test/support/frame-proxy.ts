import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

type Errors = readonly { readonly message: string; readonly extensions: { readonly code: string } }[]

interface Stream {
  /** Says to the client what a server says when it ends a stream for this reason. */
  fail(errors: Errors): void
  cut(): void
}

export interface FrameProxy extends AsyncDisposable {
  /** The same URL, through the proxy. */
  readonly url: string
  /** Streams that are open now, whatever they come over. */
  count(): number
  /** Ends every connection of a stream without a word: a network that broke. */
  cut(): void
  /** Closes every socket with this code. */
  close(code: number, reason: string): void
  /**
   * From now on every request and every new socket is answered with this HTTP status and a page, as a proxy does whose
   * server is away, and those that are open are cut; `undefined` ends it.
   */
  away(status: number | undefined): void
  /** Ends every stream on a socket with an `error`; its connection stays. */
  fail(code: string): void
  /** The next event comes as one that could not be completed. */
  spoilNext(code: string): void
  /**
   * The first event with this text comes as one that is refused for good, with its cursor, and then it resolves. Whoever
   * asks for that event a second time gets it whole.
   */
  refuse(text: string): Promise<void>
}

const errorsOf = (code: string): Errors => [{ message: 'A part of the system is away.', extensions: { code } }]

/** Stands between a client and a gateway, reads the frames of subscriptions, and breaks them in the ways in which servers do. */
export async function startFrameProxy(targetUrl: string): Promise<FrameProxy> {
  const target = new URL(targetUrl)
  const streams = new Set<Stream>()
  const sockets = new Set<WebSocket>()
  let spoiled: string | undefined
  let refused: { readonly text: string; readonly tell: () => void } | undefined

  /** The payload as it goes on to the client. */
  const passed = (payload: string): string => {
    if (refused !== undefined && payload.includes(refused.text)) {
      refused.tell()
      refused = undefined
      const { data } = JSON.parse(payload) as { data: Readonly<Record<string, { readonly cursor: string }>> }
      const cursor = Object.values(data)[0]?.cursor
      return JSON.stringify({ data: null, errors: errorsOf('FORBIDDEN'), extensions: { cursor } })
    }
    if (spoiled === undefined) return payload
    const errors = errorsOf(spoiled)
    spoiled = undefined
    return JSON.stringify({ data: null, errors })
  }

  /** Server-sent events, whole ones at a time. */
  const passEvents = (response: ServerResponse, upstream: NodeJS.ReadableStream) => {
    const stream: Stream = { fail: () => undefined, cut: () => void response.destroy() }
    streams.add(stream)
    let text = ''
    upstream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.lastIndexOf('\n\n') + 2
      if (end < 2) return
      response.write(
        text
          .slice(0, end)
          .replace(/^(event: next\n(?:.*\n)*?data: )(.*)$/gm, (_, head: string, data: string) => head + passed(data)),
      )
      text = text.slice(end)
    })
    response.on('close', () => streams.delete(stream))
  }

  let awayStatus: number | undefined
  const server = createServer((incoming, response) => {
    if (awayStatus !== undefined) {
      return void response.writeHead(awayStatus, { 'content-type': 'text/html' }).end('<h1>Come again later</h1>')
    }
    const { method, headers, url } = incoming
    const onward = request({ host: target.hostname, port: target.port, method, headers, path: url }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      if (answer.headers['content-type']?.startsWith('text/event-stream')) {
        response.flushHeaders()
        passEvents(response, answer)
        answer.on('end', () => response.end())
      } else answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })

  const accepting = new WebSocketServer({
    server,
    handleProtocols: (protocols) => [...protocols][0] ?? false,
    verifyClient: (_: unknown, answer: (accepted: boolean, status?: number) => void) =>
      answer(awayStatus === undefined, awayStatus),
  })
  accepting.on('connection', (client, { url }) => {
    const upstream = new WebSocket(`ws://${target.host}${url}`, client.protocol)
    const open = new Map<string, Stream>()
    const waiting: string[] = []
    sockets.add(client)
    upstream.on('open', () => waiting.splice(0).forEach((text) => upstream.send(text)))
    const onward = (text: string) => (upstream.readyState === WebSocket.OPEN ? upstream.send(text) : waiting.push(text))
    const forget = (id: string) => {
      const stream = open.get(id)
      if (stream) streams.delete(stream)
      open.delete(id)
    }
    client.on('message', (data: Buffer) => {
      const text = data.toString()
      const { type, id } = JSON.parse(text) as { type: string; id: string }
      if (type === 'complete') forget(id)
      if (type === 'subscribe') {
        const stream: Stream = {
          cut: () => client.terminate(),
          fail(errors) {
            onward(JSON.stringify({ type: 'complete', id }))
            client.send(JSON.stringify({ type: 'error', id, payload: errors }))
            forget(id)
          },
        }
        open.set(id, stream)
        streams.add(stream)
      }
      onward(text)
    })
    upstream.on('message', (data: Buffer) => {
      const text = data.toString()
      const { type, id, payload } = JSON.parse(text) as { type: string; id: string; payload: unknown }
      if (client.readyState !== WebSocket.OPEN || (id !== undefined && !open.has(id))) return
      if (type === 'next') client.send(`{"type":"next","id":"${id}","payload":${passed(JSON.stringify(payload))}}`)
      else client.send(text)
    })
    upstream.on('close', (code, reason) => {
      if (code === 1006 || code === 1005) client.terminate()
      else client.close(code, reason)
    })
    client.on('close', () => {
      sockets.delete(client)
      for (const id of [...open.keys()]) forget(id)
      upstream.close()
    })
    for (const socket of [client, upstream]) socket.on('error', () => undefined) // 'close' follows
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(targetUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    count: () => streams.size,
    cut: () => [...streams].forEach((stream) => stream.cut()),
    close: (code, reason) => sockets.forEach((socket) => socket.close(code, reason)),
    away(status) {
      awayStatus = status
      if (status === undefined) return
      for (const socket of sockets) socket.terminate()
    },
    fail: (code) => [...streams].forEach((stream) => stream.fail(errorsOf(code))),
    spoilNext: (code) => (spoiled = code),
    refuse: (text) => new Promise((tell) => (refused = { text, tell })),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
