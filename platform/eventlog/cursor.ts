import type { Position } from './position.ts'
import { comparePositions, laterPosition, MAX_ID, MAX_XID, ORIGIN } from './position.ts'

/** A position in every shard: `vector[shard]`. */
export type Vector = readonly Position[]

/** The largest epoch that PostgreSQL takes. A cursor with larger values was not made by `encodeCursor`. */
const MAX_EPOCH = 2n ** 31n - 1n
/** Maximum shards of a log. */
const MAX_SHARDS = 256
/**
 * Maximum bytes of one encoded position: 6 of epoch, 10 of transaction id, 10 of id. A text that is longer than a
 * vector of such positions is refused before it is decoded.
 */
const MAX_POSITION_BYTES = 26

/**
 * Writes the vector as an opaque, URL-safe, short text for clients. The latest position is written in full, and every
 * other one as its distance from it. So the length depends on how far the shards are apart, not on the age of the
 * server: a dozen characters if all shards are at one position, under 200 for 16 shards that are millions of
 * transactions apart.
 *
 * The format, in varints:
 *
 *     1. number of shards << 1 | 1 if all positions are equal
 *     2. epoch, xid and id of the latest position
 *     3. only if the positions differ: the largest id of all positions, minus the id of the latest one (which is 0
 *        after a quiet time, because the latest position is then the horizon)
 *     4. only if the positions differ, for each shard one of
 *          distance of xid << 2 | 0          the id is 0, as in a horizon
 *          distance of xid << 2 | 1          the id is the largest of all
 *          distance of xid << 2 | 2, id      the id as its distance from the largest
 *          distance of epoch << 2 | 3, xid, id
 *
 * At the end there is a checksum of 24 bits.
 */
export function encodeCursor(vector: Vector): string {
  const top = vector.reduce(laterPosition, ORIGIN)
  const equal = vector.every((position) => comparePositions(position, top) === 0)
  const bytes: number[] = []
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

/** Null for a text that `encodeCursor` did not write for this number of shards. The work is bounded by that number. */
export function decodeCursor(text: string, shards: number): Vector | null {
  const maxBytes = (shards + 1) * MAX_POSITION_BYTES + 8
  if (text.length > Math.ceil((maxBytes * 4) / 3) || shards < 1 || shards > MAX_SHARDS) return null
  const bytes = Buffer.from(text, 'base64url')
  const end = bytes.length - 3
  if (end < 4 || checksum(bytes.subarray(0, end)) !== bytes.readUIntBE(end, 3)) return null
  const vector = readVector(bytes.subarray(0, end), shards)
  // The format allows several texts for one vector. Only the one of `encodeCursor` is accepted: equal vectors have
  // equal texts.
  return vector && encodeCursor(vector) === text ? vector : null
}

/** For each shard the later of the two positions. */
export function maxVector(a: Vector, b: Vector): Vector {
  return a.map((position, shard) => laterPosition(position, b[shard] ?? ORIGIN))
}

/** Whether `a` is at or after `b` in every shard. */
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
  /** Reads the next number; null if there is none, or if it is above `max`. */
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

/**
 * CRC-24 of OpenPGP (RFC 4880, 6.1). It finds every error of one or two bits, and every burst of up to 24 bits.
 */
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
