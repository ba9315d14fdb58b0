import { lookup, type LookupOneOptions } from 'node:dns'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'
import { Agent } from 'undici'

/** Addresses that are not of the public Internet: RFC 6890 and its registries. */
const INNER = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INNER.addSubnet(network, prefix, 'ipv4')
/** Of IPv6 only the global unicast addresses are public; of those not the ones that carry IPv4 or are for documents. */
const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')
const CARRIERS = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  CARRIERS.addSubnet(network, prefix, 'ipv6')

/** Whether the address is one of the public Internet. */
export const isPublicAddress = (address: string): boolean =>
  isIPv6(address) ? GLOBAL.check(address, 'ipv6') && !CARRIERS.check(address, 'ipv6') : !INNER.check(address, 'ipv4')

/**
 * Looks a name up, and fails if any of its addresses is not public: users choose these names, and must not reach the
 * machines in the server's own network. It is the connection's own lookup, so a name cannot have another address later.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...(options as LookupOneOptions), all: true }, (error, addresses) => {
    if (error) return callback(error, '', 4)
    const [first] = addresses
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(
        Object.assign(new Error('The host has an address that is not public.'), { code: 'EPRIVATE' }),
        '',
        4,
      )
    if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** Connects to public addresses only. */
export const makePublicAgent = (): Agent => new Agent({ connect: { lookup: lookupPublic }, connections: 16 })
