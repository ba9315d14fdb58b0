import { BlockList, isIP } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'

/** What a rate is counted by, the same as the limits per address of connections and bodies. */
export { networkOf as rateKeyOf } from '../core/transports/network.ts'

/** Proxies that a request may pass. Stops a header of thousands of entries from costing more than this. */
const MAX_HOPS = 32

export type ClientAddress = (headers: IncomingHttpHeaders, remoteAddress: string) => string

/**
 * The address of the client behind proxies that are trusted, by `X-Forwarded-For` read from the right: each proxy wrote
 * the address that it saw, so an entry is believed as long as the one after it is a trusted proxy's, and what a client
 * wrote there itself is never reached. Throws a TypeError for what is neither an address nor a CIDR range.
 */
export function makeClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const range of trustedProxies) addRange(trusted, range)
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (headers, remoteAddress) => {
    let client = plainAddress(remoteAddress)
    if (client === null) return remoteAddress
    const forwarded = headers['x-forwarded-for']
    const text = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')
    const entries = text.split(',').slice(-MAX_HOPS)
    while (isTrusted(client) && entries.length > 0) {
      const before = plainAddress(entries.pop() ?? '')
      // Not an address: the proxy before it did not write it, so this one is the last that is known.
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

/** Without port, brackets and zone, and an IPv4 address as such even where a socket of both kinds shows it as IPv6. */
function plainAddress(text: string): string | null {
  const trimmed = text.trim()
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return isIP(address) === 0 ? null : address.toLowerCase()
}
