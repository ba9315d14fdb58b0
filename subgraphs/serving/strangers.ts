import type { Duplex } from 'node:stream'
import { isRecord } from './request.ts'

export interface StrangerLimits {
  /**
   * Sockets of one address on which nothing signed came yet. A gateway subscribes as soon as its connection is
   * acknowledged, so that it has few such sockets, for a moment each. Beyond it the oldest of that address is cut.
   */
  readonly perAddress: number
  /** The same of all addresses: the oldest of the address that has most is cut. */
  readonly inAll: number
  /** From the upgrade to the first signed `subscribe`: then the socket is cut. */
  readonly proofMs: number
}

const LIMITS: StrangerLimits = { perAddress: 32, inAll: 128, proofMs: 10_000 }

/** Of a message that need not hold a document. */
const MAX_SHORT_BYTES = 4 * 1024
const MAX_ID = 256
/** What is deeper overflows the stack of whatever walks it. */
const MAX_DEPTH = 64
/** What may wait for a socket on which nothing signed came: it asks, and does not read the answers. */
export const MAX_STRANGERS_WAITING_BYTES = 64 * 1024

export interface Strangers {
  /** A socket that was opened. What is returned is to be called when something signed has come on it. */
  add(address: string, socket: Duplex): () => void
  readonly size: () => number
}

/**
 * Sockets on which nothing came that a gateway signed. They hold little, and never what a gateway needs: a stranger who
 * opens one after the other pushes out his own. By whole addresses: where gateways and strangers share a network, the
 * gateways keep an allowance of their own.
 */
export function makeStrangers({ perAddress, inAll, proofMs }: StrangerLimits = LIMITS): Strangers {
  /** By address, with the function that cuts it; in the order in which they came. */
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

/** What is wrong with a message of somebody who may be anybody; null where nothing is. */
export function faultOfStranger(text: string): string | null {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return 'The message is not JSON.'
  }
  if (!isRecord(message)) return 'The message is no JSON object.'
  if (isDeeper(message, MAX_DEPTH)) return `The message is nested more than ${MAX_DEPTH} levels deep.`
  const { type, id } = message
  if (typeof id === 'string' && id.length > MAX_ID) return `"id" has at most ${MAX_ID} characters.`
  if (type !== 'subscribe' && Buffer.byteLength(text) > MAX_SHORT_BYTES) {
    return `The message has more than ${MAX_SHORT_BYTES} bytes.`
  }
  return null
}

/** Calls itself at most `levels` times, however deep the value is. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}
