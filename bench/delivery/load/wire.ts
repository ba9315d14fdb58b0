import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/** A minimal WebSocket client for the load: whole text frames in both directions, and pongs. */
export interface Wire {
  send(text: string): void
  close(): void
}

export interface WireOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly protocol?: string
  /** Called with the payload of each text frame. The buffer is reused after the call. */
  readonly onText: (payload: Buffer) => void
  /** Called when the server or the network closed the socket. */
  readonly onEnd: (why: string) => void
}

const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa]
const LAST = 0x80
const MASKED = 0x80
const END_OF_HEAD = Buffer.from('\r\n\r\n')

/**
 * Opens a socket and parses its frames itself: at tens of thousands of deliveries per second, a full client would take
 * CPU time from the measured server.
 */
export function openWire(url: string, { headers = {}, protocol, onText, onEnd }: WireOptions): Promise<Wire> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  const head = [
    `GET ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    ...(protocol === undefined ? [] : [`sec-websocket-protocol: ${protocol}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return new Promise((resolve, reject) => {
    let closed = false
    const ended = (why: string) => {
      reject(new Error(why))
      if (!closed) onEnd(why)
      closed = true
      socket.destroy()
    }
    let open = false
    let rest: Buffer | null = null
    const wire: Wire = {
      send: (text) => void socket.write(frame(TEXT, Buffer.from(text))),
      close() {
        closed = true
        socket.end(frame(CLOSE, Buffer.from([3, 232])))
      },
    }
    socket.on('error', (error) => ended(error.message))
    socket.on('close', () => ended('the connection ended'))
    socket.on('data', (chunk: Buffer) => {
      let bytes = rest ? Buffer.concat([rest, chunk]) : chunk
      if (!open) {
        const end = bytes.indexOf(END_OF_HEAD)
        if (end < 0) return void (rest = bytes)
        const answer = bytes.toString('latin1', 0, end)
        if (!answer.startsWith('HTTP/1.1 101')) return ended(`no WebSocket: ${answer.split('\r\n')[0]}`)
        open = true
        resolve(wire)
        bytes = bytes.subarray(end + END_OF_HEAD.length)
      }
      try {
        const read = readFrames(bytes, socket, onText, ended)
        rest = read < bytes.length ? bytes.subarray(read) : null
      } catch (error) {
        ended(String(error))
      }
    })
  })
}

/** Handles every complete frame, and returns the number of their bytes. */
function readFrames(
  bytes: Buffer,
  socket: Socket,
  onText: (payload: Buffer) => void,
  ended: (why: string) => void,
): number {
  let at = 0
  while (bytes.length - at >= 2) {
    const [first, second] = [bytes[at]!, bytes[at + 1]!]
    const short = second & 0x7f
    const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
    if (bytes.length < start) break
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short
    const end = start + length
    if (bytes.length < end) break
    const opcode = first & 0xf
    const payload = bytes.subarray(start, end)
    if (opcode === TEXT && first === (LAST | TEXT)) onText(payload)
    else if (opcode === PING) socket.write(frame(PONG, payload))
    else if (opcode === CLOSE) {
      const code = length >= 2 ? payload.readUInt16BE(0) : 1005
      ended(`closed with ${code} ${payload.toString('utf8', 2)}`)
      return bytes.length
    } else if (opcode !== PONG) throw new Error(`A frame that is no whole text begins with ${first}.`)
    at = end
  }
  return at
}

/** Clients must mask their frames. With a mask of zeros the payload stays the same. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const bytes = Buffer.alloc(6 + extra + length)
  bytes[0] = LAST | opcode
  bytes[1] = MASKED | (extra === 0 ? length : extra === 2 ? 126 : 127)
  if (extra === 2) bytes.writeUInt16BE(length, 2)
  if (extra === 8) bytes.writeBigUInt64BE(BigInt(length), 2)
  payload.copy(bytes, 6 + extra)
  return bytes
}
