import type { Whereabouts } from '../platform/presence/presence.ts'
import type { Stream } from './stream.ts'

/** The open streams of this node, by user. */
export interface Streams extends Iterable<Stream> {
  readonly size: number
  add(stream: Stream): void
  delete(stream: Stream): void
  of(userId: string): Iterable<Stream>
  countOf(userId: string): number
  isHere(userId: string, deviceId: string): boolean
  userIds(): string[]
  devices(nodeId: string): Whereabouts[]
}

export function makeStreams(): Streams {
  const byUser = new Map<string, Set<Stream>>()
  let size = 0
  return {
    get size() {
      return size
    },
    add(stream) {
      const own = byUser.get(stream.viewer.userId) ?? new Set()
      byUser.set(stream.viewer.userId, own)
      own.add(stream)
      size++
    },
    delete(stream) {
      const own = byUser.get(stream.viewer.userId)
      if (!own?.delete(stream)) return
      size--
      if (own.size === 0) byUser.delete(stream.viewer.userId)
    },
    of: (userId) => byUser.get(userId) ?? [],
    countOf: (userId) => byUser.get(userId)?.size ?? 0,
    isHere(userId, deviceId) {
      for (const stream of byUser.get(userId) ?? []) if (stream.viewer.deviceId === deviceId) return true
      return false
    },
    userIds: () => [...byUser.keys()],
    devices: (nodeId) =>
      [...byUser.values()].flatMap((own) =>
        [...own].map(({ viewer }) => ({ userId: viewer.userId, deviceId: viewer.deviceId, nodeId })),
      ),
    *[Symbol.iterator]() {
      for (const own of byUser.values()) yield* own
    },
  }
}
