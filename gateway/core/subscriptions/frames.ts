import type { FormattedExecutionResult } from 'graphql'

/**
 * One event as JSON, made once for all who read it, and a `}` behind it: that ends the `next` message in which it is sent,
 * so that a socket writes its own head before bytes which are the same for everybody.
 */
export interface Payload {
  readonly closed: Buffer
}

export function makePayload(result: FormattedExecutionResult): Payload {
  return { closed: Buffer.from(`${JSON.stringify(result)}}`) }
}

/** For transports whose messages end in another way. */
export function jsonOf({ closed }: Payload): string {
  return closed.toString('utf8', 0, closed.length - 1)
}

/** What stands before the payload in each `next` message of one operation. */
export function frameHead(id: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`)
}

/** RFC 6455, 5.2: the first byte says a text message in one frame; a server's frames are not masked. */
const WHOLE_TEXT = 0x81
const LENGTH_IN_16_BITS = 126
const LENGTH_IN_64_BITS = 127

/**
 * Beyond it a payload is written after its head rather than copied behind it. Measured to 500 sockets, in CPU-ms per 1,000
 * frames, one write of a copy against two writes in one system call: 350 bytes 9.1 and 11.2, 2,000 bytes 9.8 and 11.3,
 * 8,000 bytes 9.4 and 9.3.
 */
const MAX_COPIED_BYTES = 4 * 1024

/** A `next` message as WebSocket frames are on the wire, in the pieces to be written. */
export function nextFrame(head: Buffer, { closed }: Payload): readonly [Buffer] | readonly [Buffer, Buffer] {
  const length = head.length + closed.length
  const start = length < LENGTH_IN_16_BITS ? 2 : length < 65_536 ? 4 : 10
  const copied = closed.length <= MAX_COPIED_BYTES
  const frame = Buffer.allocUnsafe(start + head.length + (copied ? closed.length : 0))
  frame[0] = WHOLE_TEXT
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = LENGTH_IN_16_BITS
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_IN_64_BITS
    frame.writeUInt32BE(0, 2)
    frame.writeUInt32BE(length, 6)
  }
  head.copy(frame, start)
  if (!copied) return [frame, closed]
  closed.copy(frame, start + head.length)
  return [frame]
}
