import type { Bus } from '../platform/bus/bus.ts'
import { consumerChannel, type FeedReached } from '../platform/eventlog/feed.ts'
import type { Log } from '../platform/log/log.ts'
import type { Doubts } from './decide.ts'
import { listenLastingly } from './listen.ts'
import type { PushTarget } from './recipients.ts'

/**
 * Devices whose stream ran out of time while its node went on answering. Beyond it the one doubted longest is forgotten,
 * which costs one more wait for it.
 */
const MAX_DOUBTED_DEVICES = 100_000

/** A device with a stream on these nodes. */
export interface Awaited {
  readonly target: PushTarget
  readonly nodes: readonly string[]
}

/** The answers to one event. */
export interface Expectation {
  /** These nodes have not got the event. Gives the devices for which no other node is left. */
  without(nodes: readonly string[]): PushTarget[]
  /** The devices that no node reached in time, without those that `without` gave. */
  readonly unreached: Promise<PushTarget[]>
  /** Gives up: `unreached` resolves to nothing. */
  readonly cancel: () => void
}

export interface Answers extends AsyncDisposable {
  readonly doubts: Doubts
  /** Must come before the event is sent: an answer may come before the sending is known to have worked. */
  expect(position: string, devices: readonly Awaited[], onReached: (devices: number) => void): Expectation
  /** Forgets what it knows of nodes that are not among these. */
  present(nodes: readonly string[]): void
}

interface Waiting {
  /** Devices still unreached, with the nodes that may yet name them. */
  readonly devices: Map<string, { readonly target: PushTarget; readonly nodes: Set<string> }>
  readonly onReached: (devices: number) => void
  settle(): void
}

/** Hears the nodes' answers for all shards of this process, and remembers whom not to wait for. */
export function openAnswers(bus: Bus, consumer: string, answerMs: number, log: Log): Answers {
  const waiting = new Map<string, Waiting>()
  const doubtedNodes = new Set<string>()
  const doubtedDevices = new Set<string>()
  /** When a node last said anything. Node ids are new with every start, so the dead ones are forgotten (`present`). */
  const heardAt = new Map<string, number>()

  const hear = (nodeId: string) => {
    heardAt.set(nodeId, performance.now())
    if (doubtedNodes.delete(nodeId)) log.info('A node answers again', { node: nodeId })
  }

  const reached = ({ position, devices }: FeedReached) => {
    for (const { deviceId } of devices) doubtedDevices.delete(deviceId)
    const expected = waiting.get(position)
    if (!expected) return
    const named = devices.filter(({ deviceId }) => expected.devices.delete(deviceId))
    if (named.length > 0) expected.onReached(named.length)
    if (expected.devices.size === 0) expected.settle()
  }

  const ears = listenLastingly(
    bus,
    consumerChannel(consumer),
    (text) => {
      const answer = parseAnswer(text)
      if (!answer) return log.warn('A node sent an answer that makes no sense')
      hear(answer.node)
      if (answer.type === 'reached') reached(answer)
    },
    log,
  )

  const doubtDevice = (deviceId: string) => {
    doubtedDevices.delete(deviceId)
    doubtedDevices.add(deviceId)
    const oldest = doubtedDevices.values().next()
    if (doubtedDevices.size > MAX_DOUBTED_DEVICES && !oldest.done) doubtedDevices.delete(oldest.value)
  }

  /** Time is up: a node that said nothing since the event was sent is doubted, else the device is. */
  const doubt = (nodes: Iterable<string>, deviceId: string, since: number) => {
    let silent = true
    for (const nodeId of nodes) {
      if ((heardAt.get(nodeId) ?? -1) >= since) silent = false
      else if (!doubtedNodes.has(nodeId)) {
        doubtedNodes.add(nodeId)
        log.warn('A node did not answer in time: its devices get their pushes at once', { node: nodeId })
      }
    }
    if (!silent) doubtDevice(deviceId)
  }

  return {
    doubts: { node: (nodeId) => doubtedNodes.has(nodeId), device: (deviceId) => doubtedDevices.has(deviceId) },

    expect(position, devices, onReached) {
      const since = performance.now()
      const pending: Waiting['devices'] = new Map(
        devices.map(({ target, nodes }) => [target.deviceId, { target, nodes: new Set(nodes) }]),
      )
      let settle = () => {}
      let cancelled = false
      const unreached = new Promise<PushTarget[]>((resolve) => {
        const timer = setTimeout(() => settle(), answerMs)
        settle = () => {
          clearTimeout(timer)
          waiting.delete(position)
          const left = cancelled ? [] : [...pending.values()]
          pending.clear()
          for (const { target, nodes } of left) doubt(nodes, target.deviceId, since)
          resolve(left.map(({ target }) => target))
        }
      })
      if (pending.size === 0) settle()
      else waiting.set(position, { devices: pending, onReached, settle: () => settle() })

      return {
        unreached,
        without(absent) {
          const gone: PushTarget[] = []
          for (const [deviceId, { target, nodes }] of pending) {
            for (const nodeId of absent) nodes.delete(nodeId)
            if (nodes.size > 0) continue
            pending.delete(deviceId)
            gone.push(target)
          }
          if (pending.size === 0) settle()
          return gone
        },
        cancel: () => {
          cancelled = true
          settle()
        },
      }
    },

    present(nodes) {
      const there = new Set(nodes)
      for (const nodeId of heardAt.keys()) if (!there.has(nodeId)) heardAt.delete(nodeId)
      for (const nodeId of doubtedNodes) if (!there.has(nodeId)) doubtedNodes.delete(nodeId)
    },

    async [Symbol.asyncDispose]() {
      for (const { settle } of [...waiting.values()]) settle()
      await ears[Symbol.asyncDispose]()
    },
  }
}

interface Answer {
  readonly type: 'reached' | 'alive'
  readonly node: string
}

/** Null for what is no answer. */
function parseAnswer(text: string): (Answer & { type: 'alive' }) | (FeedReached & { type: 'reached' }) | null {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null // the caller logs it
  }
  const { type, node, position, devices } = raw
  if (typeof node !== 'string') return null
  if (type === 'alive') return { type, node }
  if (type !== 'reached' || typeof position !== 'string' || !Array.isArray(devices)) return null
  if (!devices.every((device: { deviceId?: unknown } | null) => typeof device?.deviceId === 'string')) return null
  return raw as unknown as FeedReached
}
