import type { Clock } from '../clock/clock.ts'
import { assertFindable, NODE_TTL_SECONDS, type Presence, type Whereabouts } from './presence.ts'

interface Node {
  untilMs: number
  /** Users with their devices on this node. Bounded by the number of streams that the node hosts. */
  readonly devices: Map<string, Map<string, Whereabouts>>
}

/** Presence of one process, which may hold several nodes under test. */
export function openMemoryPresence({ clock }: { readonly clock: Clock }): Presence {
  const nodes = new Map<string, Node>()
  /** Each node at its last announcement. If the node is another object now, its entries have been lost. */
  const announced = new Map<string, Node>()
  const resetListeners = new Set<() => void>()
  let closed = false
  const assertOpen = () => {
    if (closed) throw new Error('Presence is closed.')
  }
  const forgetDead = () => {
    for (const [nodeId, node] of nodes) if (node.untilMs <= clock.now()) nodes.delete(nodeId)
  }
  /** An unknown node starts to live now, as if it had announced itself. */
  const nodeOf = (nodeId: string): Node => {
    const node = nodes.get(nodeId) ?? { untilMs: clock.now() + NODE_TTL_SECONDS * 1_000, devices: new Map() }
    nodes.set(nodeId, node)
    return node
  }

  return {
    async announce(nodeId) {
      assertOpen()
      forgetDead()
      const node = nodeOf(nodeId)
      node.untilMs = clock.now() + NODE_TTL_SECONDS * 1_000
      const before = announced.get(nodeId)
      announced.set(nodeId, node)
      if (before && before !== node) for (const listener of [...resetListeners]) listener()
    },
    async retire(nodeId) {
      assertOpen()
      nodes.delete(nodeId)
      announced.delete(nodeId)
    },
    async join(entries) {
      assertOpen()
      forgetDead()
      for (const { userId, deviceId, nodeId } of entries) {
        const { devices } = nodeOf(nodeId)
        const ofUser = devices.get(userId) ?? new Map<string, Whereabouts>()
        devices.set(userId, ofUser.set(deviceId, { userId, deviceId, nodeId }))
      }
    },
    async leave(entries) {
      assertOpen()
      for (const { userId, deviceId, nodeId } of entries) {
        const devices = nodes.get(nodeId)?.devices
        const ofUser = devices?.get(userId)
        ofUser?.delete(deviceId)
        if (ofUser?.size === 0) devices?.delete(userId)
      }
    },
    async find(userIds) {
      assertOpen()
      assertFindable(userIds)
      forgetDead()
      const found: Whereabouts[] = []
      for (const userId of new Set(userIds))
        for (const { devices } of nodes.values())
          for (const entry of devices.get(userId)?.values() ?? []) found.push(entry)
      return found
    },
    async nodes() {
      assertOpen()
      forgetDead()
      return [...nodes.keys()]
    },
    onReset(listener) {
      const own = () => listener()
      resetListeners.add(own)
      return { [Symbol.dispose]: () => void resetListeners.delete(own) }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      nodes.clear()
      resetListeners.clear()
    },
  }
}
