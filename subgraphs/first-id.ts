/** The least UUIDv7 of this millisecond: times become a range of a primary key. Null for null. */
export function firstIdAt(at: Date | null): string | null {
  if (at === null) return null
  // A UUIDv7 starts with 48 bits of Unix ms; times outside of them have no ids.
  const ms = Math.min(Math.max(at.getTime(), 0), 2 ** 48 - 1)
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
