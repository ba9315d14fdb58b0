import type { Position } from './position.ts'
import { comparePositions, laterPosition, ORIGIN } from './position.ts'

/** A position in every shard: `vector[shard]`. */
export type Vector = readonly Position[]

/** The largest values of PostgreSQL's types; a cursor that says more was not made by us. */
const MAX_EPOCH = 2n ** 31n - 1n
const MAX_XID = 2n ** 64n - 1n
const MAX_ID = 2n ** 63n - 1n
/** As many shards as a log may have. */
const MAX_SHARDS = 256
/**
 * Bytes of one position at worst: 6 of epoch, 10 of transaction id, 10 of id. What is longer than a whole vector of these
 * is refused before it is looked at.
 */
const MAX_POSITION_BYTES = 26

/**
 * The vector as text for clients: opaque, URL-safe, short. The largest position comes whole, every other as its distance
 * from it, so that its length grows with how far the shards are apart and not with the age of the server: a dozen
 * characters when all are at one position, under 200 at 16 shards that are millions of transactions apart.
 *
 *     shards, epoch, xid, id of the largest, and then (unless all are equal) what the largest id of all is above that one
 *     (which is a horizon's 0 where nothing is going on), and per shard one of
 *       0 | distance of xid << 2          the id is 0, as that of a horizon
 *       1 | distance of xid << 2          the largest id of all
 *       2 | distance of xid << 2, id      its own id, as a distance below that
 *       3 | distance of epoch << 2, xid, id
 *     and a checksum of 24 bits. All numbers are varints.
 */
export function encodeCursor(vector: Vector): string {
  const top = vector.reduce(laterPosition, ORIGIN)
  const equal = vector.every((position) => comparePositions(position, top) === 0)
  const bytes: number[] = []
  // The lowest bit says whether all are equal.
  write(bytes, (BigInt(vector.length) << 1n) | (equal ? 1n : 0n))
  write(bytes, BigInt(top.epoch))
  write(bytes, top.xid)
  write(bytes, top.id)
  if (!equal) {
    const topId = vector.reduce((largest, { id }) => (id > largest ? id : largest), 0n)
    write(bytes, topId - top.id)
    for (const position of vector) writePosition(bytes, position, top, topId)
  }
  const sum = checksum(bytes)
  bytes.push(sum >>> 16, (sum >>> 8) & 0xff, sum & 0xff)
  return Buffer.from(bytes).toString('base64url')
}

/** Null for anything but what `encodeCursor` wrote for so many shards. Its work is bounded by the number of shards. */
export function decodeCursor(text: string, shards: number): Vector | null {
  const maxBytes = (shards + 1) * MAX_POSITION_BYTES + 8
  if (text.length > Math.ceil((maxBytes * 4) / 3) || shards < 1 || shards > MAX_SHARDS) return null
  const bytes = Buffer.from(text, 'base64url')
  const end = bytes.length - 3
  if (end < 4 || checksum(bytes.subarray(0, end)) !== bytes.readUIntBE(end, 3)) return null
  const vector = readVector(bytes.subarray(0, end), shards)
  // The same vector could be written in other ways: only ours is a cursor, so that equal positions are equal texts.
  return vector && encodeCursor(vector) === text ? vector : null
}

/** The later position of each shard. */
export function maxVector(a: Vector, b: Vector): Vector {
  return a.map((position, shard) => laterPosition(position, b[shard] ?? ORIGIN))
}

/** Whether `a` has seen all that `b` has: no shard of it is behind. */
export function dominates(a: Vector, b: Vector): boolean {
  return a.length === b.length && a.every((position, shard) => comparePositions(position, b[shard] ?? ORIGIN) >= 0)
}

function writePosition(bytes: number[], { epoch, xid, id }: Position, top: Position, topId: bigint): void {
  if (epoch !== top.epoch) {
    write(bytes, (BigInt(top.epoch - epoch) << 2n) | 3n)
    write(bytes, xid)
    write(bytes, id)
    return
  }
  const distance = (top.xid - xid) << 2n
  if (id === 0n || id === topId) return write(bytes, distance | (id === 0n ? 0n : 1n))
  write(bytes, distance | 2n)
  write(bytes, topId - id)
}

function readVector(bytes: Uint8Array, shards: number): Vector | null {
  let offset = 0
  /** The next number, or null when there is none or it is above `max`. */
  const read = (max: bigint): bigint | null => {
    let value = 0n
    for (let shift = 0n; shift < 77n; shift += 7n) {
      const byte = bytes[offset++]
      if (byte === undefined) return null
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value <= max ? value : null
    }
    return null
  }
  const header = read(BigInt(MAX_SHARDS) << 2n)
  const top = toPosition(read(MAX_EPOCH), read(MAX_XID), read(MAX_ID))
  if (header === null || top === null || header >> 1n !== BigInt(shards)) return null
  const above = header & 1n ? 0n : read(MAX_ID)
  if (above === null) return null
  const vector: Position[] = []
  for (let shard = 0; shard < shards; shard++) {
    const position = header & 1n ? top : readPosition(read, top, top.id + above)
    if (!position) return null
    vector.push(position)
  }
  return offset === bytes.length ? vector : null
}

function readPosition(read: (max: bigint) => bigint | null, top: Position, topId: bigint): Position | null {
  const head = read((MAX_XID << 2n) | 3n)
  if (head === null) return null
  const distance = head >> 2n
  switch (head & 3n) {
    case 0n:
      return toPosition(BigInt(top.epoch), top.xid - distance, 0n)
    case 1n:
      return toPosition(BigInt(top.epoch), top.xid - distance, topId)
    case 2n: {
      const below = read(MAX_ID)
      return below === null ? null : toPosition(BigInt(top.epoch), top.xid - distance, topId - below)
    }
    default:
      return toPosition(BigInt(top.epoch) - distance, read(MAX_XID), read(MAX_ID))
  }
}

function toPosition(epoch: bigint | null, xid: bigint | null, id: bigint | null): Position | null {
  if (epoch === null || xid === null || id === null) return null
  if (epoch < 0n || xid < 0n || id < 0n || id > MAX_ID) return null
  return { epoch: Number(epoch), xid, id }
}

function write(bytes: number[], value: bigint): void {
  while (value >= 0x80n) {
    bytes.push(Number(value & 0x7fn) | 0x80)
    value >>= 7n
  }
  bytes.push(Number(value))
}

/** CRC-24 of OpenPGP (RFC 4880, 6.1): no cursor with one or two flipped bits, or a burst of up to 24, passes for another. */
function checksum(bytes: Iterable<number>): number {
  let sum = 0xb704ce
  for (const byte of bytes) {
    sum ^= byte << 16
    for (let bit = 0; bit < 8; bit++) {
      sum <<= 1
      if (sum & 0x1000000) sum ^= 0x1864cfb
    }
  }
  return sum & 0xffffff
}
