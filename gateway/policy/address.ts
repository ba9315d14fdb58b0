import { BlockList, isIP } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'

/** The key of a rate per address, the same as for the limits on connections and bodies per address. */
export { networkOf as rateKeyOf } from '../core/transports/network.ts'

/** Maximum proxies of a request. Stops a header with thousands of entries from costing more. */
const MAX_HOPS = 32

/** Addresses that are remembered as trusted or not. Beyond it the one met longest ago is looked up again. */
const MAX_KNOWN = 1_000

export type ClientAddress = (headers: IncomingHttpHeaders, remoteAddress: string) => string

/**
 * Finds the client's address behind trusted proxies. It reads `X-Forwarded-For` from the right: each proxy appends the
 * address that it saw, so an entry is trusted only if the address after it is a trusted proxy's, and entries from the
 * client itself are never reached. Throws a TypeError for a value that is neither an address nor a CIDR range.
 */
export function makeClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const range of trustedProxies) addRange(trusted, range)
  /** Most requests come through the same few proxies. */
  const known = new LRUCache<string, boolean>({ max: MAX_KNOWN })
  const isTrusted = (address: string) => {
    if (trustedProxies.length === 0) return false
    let answer = known.get(address)
    if (answer === undefined) {
      answer = trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
      known.set(address, answer)
    }
    return answer
  }

  return (headers, remoteAddress) => {
    let client = plainAddress(remoteAddress)
    if (client === null) return remoteAddress
    const forwarded = headers['x-forwarded-for']
    const text = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')
    const entries = text.split(',').slice(-MAX_HOPS)
    while (isTrusted(client) && entries.length > 0) {
      const before = plainAddress(entries.pop() ?? '')
      // Not an address, so no proxy wrote it: the current one is the last known.
      if (before === null) break
      client = before
    }
    return client
  }
}

function addRange(list: BlockList, range: string): void {
  const [text = '', prefix, ...rest] = range.split('/')
  const address = plainAddress(text)
  const bits = address !== null && isIP(address) === 6 ? 128 : 32
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN
  if (address === null || rest.length > 0 || !(length <= bits))
    throw new TypeError(`A trusted proxy must be an address or a range such as 10.0.0.0/8, not "${range}".`)
  list.addSubnet(address, length, bits === 128 ? 'ipv6' : 'ipv4')
}

/** Removes port, brackets and zone, and unmaps an IPv4 address that a dual-stack socket shows as IPv6. */
function plainAddress(text: string): string | null {
  const trimmed = text.trim()
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return isIP(address) === 0 ? null : address.toLowerCase()
}
