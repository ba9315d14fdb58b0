import { WebSocket } from 'ws'
import { readDigits, writeDigits } from './digits.ts'
import { eventually } from '../../support/eventually.ts'

export interface Message {
  readonly type: string
  readonly id?: string
  // Suites look into payloads freely; a wrong path fails the case.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly payload?: any
}

/** A client that speaks graphql-transport-ws by hand, so that it can speak it wrongly. */
export interface Peer {
  /** What came so far, in order. */
  readonly messages: readonly Message[]
  /** Null while the socket is open. */
  readonly closed: () => { readonly code: number; readonly reason: string } | null
  readonly protocol: string
  /** Text goes as it is, a buffer as a binary message. */
  send(message: object | string | Buffer): void
  /** A text message of these bytes, whether they are text or not; not `final`: the first part of one. */
  sendText(bytes: Buffer, final?: boolean): void
  /** A ping of WebSocket itself; resolves to what its pong brings. */
  pingFrame(data: string): Promise<string>
  /** Several messages in one write: none is looked at before all have arrived. */
  sendAtOnce(messages: readonly object[]): void
  /** Takes nothing from the network any more: what is sent to it piles up at the server. */
  pause(): void
  close(code?: number): void
  /** Breaks the connection without a word. */
  vanish(): void
}

export interface PeerOptions {
  readonly protocols?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

export const PROTOCOL = 'graphql-transport-ws'

/** Connects; rejects where the handshake is refused. */
export async function connectPeer(
  url: string,
  { protocols = [PROTOCOL], headers = {} }: PeerOptions = {},
): Promise<Peer> {
  const socket = new WebSocket(url, [...protocols], { headers, perMessageDeflate: false })
  const messages: Message[] = []
  let closed: { code: number; reason: string } | null = null
  socket.on('message', (data: Buffer) => messages.push(readDigits(data.toString()) as Message))
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }))
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => resolve())
  })
  socket.on('error', () => undefined) // 'close' follows
  const raw = () => (socket as unknown as { _socket: { cork(): void; uncork(): void } })._socket
  const send = (message: object | string | Buffer) => {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : writeDigits(message))
  }
  return {
    messages,
    closed: () => closed,
    protocol: socket.protocol,
    send,
    sendText: (bytes, final = true) => socket.send(bytes, { binary: false, fin: final }),
    pingFrame(data) {
      const answer = new Promise<string>((resolve) => socket.once('pong', (got: Buffer) => resolve(got.toString())))
      socket.ping(data)
      return answer
    },
    sendAtOnce(all) {
      raw().cork()
      all.forEach(send)
      raw().uncork()
    },
    pause: () => socket.pause(),
    close: (code = 1000) => socket.close(code),
    vanish: () => socket.terminate(),
  }
}

/** Connects and has the connection acknowledged. */
export async function initialisedPeer(
  url: string,
  payload?: Readonly<Record<string, unknown>>,
  options: PeerOptions = {},
): Promise<Peer> {
  const peer = await connectPeer(url, options)
  peer.send({ type: 'connection_init', ...(payload && { payload }) })
  try {
    await eventually(() => {
      const refused = peer.closed()
      if (refused) return true
      return peer.messages.some(({ type }) => type === 'connection_ack')
    })
  } catch (cause) {
    peer.vanish()
    throw new Error('The connection was not acknowledged.', { cause })
  }
  const refused = peer.closed()
  if (refused) throw new Error(`The connection was closed: ${refused.code} ${refused.reason}`)
  return peer
}
