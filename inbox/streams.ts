import type { Whereabouts } from '../platform/presence/presence.ts'
import type { Stream } from './stream.ts'

/** The open streams of this node, by user. */
export interface Streams extends Iterable<Stream> {
  readonly size: number
  add(stream: Stream): void
  delete(stream: Stream): void
  /** The array never changes: a stream that opens or closes makes another one. */
  of(userId: string): readonly Stream[]
  countOf(userId: string): number
  isHere(userId: string, deviceId: string): boolean
  userIds(): string[]
  devices(nodeId: string): Whereabouts[]
}

export function makeStreams(): Streams {
  const none: readonly Stream[] = []
  const byUser = new Map<string, readonly Stream[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    add(stream) {
      byUser.set(stream.viewer.userId, [...(byUser.get(stream.viewer.userId) ?? none), stream])
      size++
    },
    delete(stream) {
      const { userId } = stream.viewer
      const own = byUser.get(userId)
      if (!own?.includes(stream)) return
      size--
      if (own.length === 1) byUser.delete(userId)
      else
        byUser.set(
          userId,
          own.filter((one) => one !== stream),
        )
    },
    of: (userId) => byUser.get(userId) ?? none,
    countOf: (userId) => byUser.get(userId)?.length ?? 0,
    isHere(userId, deviceId) {
      for (const stream of byUser.get(userId) ?? none) if (stream.viewer.deviceId === deviceId) return true
      return false
    },
    userIds: () => [...byUser.keys()],
    devices: (nodeId) =>
      [...byUser.values()].flatMap((own) =>
        own.map(({ viewer }) => ({ userId: viewer.userId, deviceId: viewer.deviceId, nodeId })),
      ),
    *[Symbol.iterator]() {
      for (const own of byUser.values()) yield* own
    },
  }
}
