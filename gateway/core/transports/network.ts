import { isIP } from 'node:net'

/**
 * The unit of the limits per address: an IPv4 address, or an IPv6 /64 network. One customer has a whole /64, and would
 * otherwise have 2^64 allowances. A dual-stack socket shows an IPv4 address mapped into IPv6; it counts as the IPv4
 * address.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const missing = address.includes('::') ? Math.max(0, 8 - before.length - after.length) : 0
  const parts = [...before, ...Array<string>(missing).fill('0'), ...after]
  return `${parts
    .slice(0, 4)
    .map((part) => parseInt(part, 16).toString(16))
    .join(':')}::/64`
}
