import type { Duplex } from 'node:stream'
import { isRecord } from './request.ts'

export interface UnverifiedLimits {
  /**
   * Sockets of one address without any signed message yet. A gateway subscribes as soon as its connection is
   * acknowledged, so it has few such sockets, for a moment each. Beyond it the oldest of that address is cut.
   */
  readonly perAddress: number
  /** The same over all addresses. Beyond it, the oldest socket of the address with the most is cut. */
  readonly inAll: number
  /** Time from the upgrade to the first signed `subscribe`. Then the socket is cut. */
  readonly proofMs: number
}

const LIMITS: UnverifiedLimits = { perAddress: 32, inAll: 128, proofMs: 10_000 }

/** Maximum bytes of a message that needs no document. */
const MAX_SHORT_BYTES = 4 * 1024
const MAX_ID = 256
/** Deeper values would overflow the stack of code that walks them. */
const MAX_DEPTH = 64
/** Maximum bytes that wait for an unverified socket, whose client sends requests without reading the answers. */
export const MAX_UNVERIFIED_WAITING_BYTES = 64 * 1024

export interface UnverifiedSockets {
  /** Adds an open socket. Call the returned function when a signed message has come on it. */
  add(address: string, socket: Duplex): () => void
  readonly size: () => number
}

/**
 * Sockets on which no signed message has come yet. They hold little memory, and nothing that a gateway needs: an
 * attacker who opens many sockets only pushes out their own. They are counted by full address: if gateways and
 * attackers share a network, the gateways keep an allowance of their own.
 */
export function makeUnverifiedSockets({ perAddress, inAll, proofMs }: UnverifiedLimits = LIMITS): UnverifiedSockets {
  /** The sockets of each address, oldest first, each with the function that cuts it. */
  const waiting = new Map<string, Map<Duplex, () => void>>()
  let size = 0

  const cutOldest = (sockets: ReadonlyMap<Duplex, () => void>) => {
    for (const cut of sockets.values()) return cut()
  }
  const largest = () => {
    let most: ReadonlyMap<Duplex, () => void> = new Map()
    for (const sockets of waiting.values()) if (sockets.size > most.size) most = sockets
    return most
  }

  return {
    add(address, socket) {
      const sockets = waiting.get(address) ?? new Map<Duplex, () => void>()
      waiting.set(address, sockets)
      const forget = () => {
        clearTimeout(timer)
        socket.off('close', forget)
        if (!sockets.delete(socket)) return
        size--
        if (sockets.size === 0) waiting.delete(address)
      }
      const cut = () => {
        forget()
        socket.destroy()
      }
      const timer = setTimeout(cut, proofMs)
      socket.once('close', forget)
      sockets.set(socket, cut)
      size++
      if (sockets.size > perAddress) cutOldest(sockets)
      else if (size > inAll) cutOldest(largest())
      return forget
    },
    size: () => size,
  }
}

/** The fault in a message on an unverified socket; null if there is none. */
export function faultOfUnverified(text: string): string | null {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return 'The message is not JSON.'
  }
  if (!isRecord(message)) return 'The message must be a JSON object.'
  if (isDeeper(message, MAX_DEPTH)) return `The message is nested more than ${MAX_DEPTH} levels deep.`
  const { type, id } = message
  if (typeof id === 'string' && id.length > MAX_ID) return `"id" must have at most ${MAX_ID} characters.`
  if (type !== 'subscribe' && Buffer.byteLength(text) > MAX_SHORT_BYTES) {
    return `The message has more than ${MAX_SHORT_BYTES} bytes.`
  }
  return null
}

/** Recurses at most `levels` times, however deep the value is. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}
