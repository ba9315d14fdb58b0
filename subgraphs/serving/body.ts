import type { IncomingMessage } from 'node:http'

export interface BodyLimits {
  /**
   * Bytes of one body: several times the representations of a page of entities. Beyond it 413, and the connection
   * closes.
   */
  readonly maxBytes: number
  /**
   * Bytes of all bodies of one address that are being read, before their signatures can be verified. Beyond it 503,
   * after which a gateway retries.
   */
  readonly maxBytesPerAddress: number
  /** The same over all addresses. */
  readonly maxBytesInAll: number
  /** Time from the head to the last byte: a gateway sends a body at once. Then its connection is cut. */
  readonly deadlineMs: number
}

const MIB = 1024 * 1024
const LIMITS: BodyLimits = {
  maxBytes: 8 * MIB,
  maxBytesPerAddress: 64 * MIB,
  maxBytesInAll: 256 * MIB,
  deadlineMs: 20_000,
}

/** Null: the client was too slow, and its connection was cut. */
export type Body = Buffer | { readonly status: 413 | 503; readonly message: string } | null

export type ReadBody = (request: IncomingMessage) => Promise<Body>

/** Reads bodies, and limits the memory that strangers can make it hold. Rejects if the client leaves before the end. */
export function makeReadBody(limits: Partial<BodyLimits> = {}): ReadBody {
  const { maxBytes, maxBytesPerAddress, maxBytesInAll, deadlineMs } = { ...LIMITS, ...limits }
  const held = new Map<string, number>()
  let inAll = 0
  const hold = (address: string, bytes: number) => {
    inAll += bytes
    const now = (held.get(address) ?? 0) + bytes
    if (now > 0) held.set(address, now)
    else held.delete(address)
    return now
  }

  return async (request) => {
    const address = request.socket.remoteAddress ?? ''
    const chunks: Buffer[] = []
    let size = 0
    let late = false
    const timer = setTimeout(() => {
      late = true
      request.destroy()
    }, deadlineMs)
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length
        const ofAddress = hold(address, chunk.length)
        if (size > maxBytes) return { status: 413, message: 'The body is too large.' }
        if (ofAddress > maxBytesPerAddress || inAll > maxBytesInAll)
          return { status: 503, message: 'Too many bodies are being read: try again.' }
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } catch (error) {
      if (late) return null
      throw error
    } finally {
      clearTimeout(timer)
      hold(address, -size)
    }
  }
}
