import { isIP } from 'node:net'

/**
 * What limits per address count by: an IPv4 address, or an IPv6 network of 64 bits, which one customer has for himself and
 * would else give him 2^64 allowances. An IPv4 address is the same as a socket of both kinds shows it, within IPv6.
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
