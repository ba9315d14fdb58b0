import { LRUCache } from 'lru-cache'
import type { Bus } from '../platform/bus/bus.ts'
import { consumerChannel, parseAnswer, type FeedMoving, type FeedReached } from '../inbox/protocol.ts'
import type { Log } from '../platform/log/log.ts'
import type { Doubts } from './decide.ts'
import { listenLastingly } from './listen.ts'
import type { PushTarget } from './recipients.ts'
import { makeWaker } from './waker.ts'

/**
 * Devices whose stream ran out of time while its node went on answering. Beyond it the one doubted longest is forgotten,
 * which costs one more wait for it.
 */
const MAX_DOUBTED_DEVICES = 100_000

/** Devices of which it is remembered when their stream last moved. Beyond it the one heard of longest ago gets its push. */
const MAX_MOVING_DEVICES = 100_000

/** A device with a stream on these nodes. */
export interface Awaited {
  readonly target: PushTarget
  readonly nodes: readonly string[]
}

/** The answers to one event. */
export interface Expectation {
  /** These nodes have not got the event. Gives the devices for which no other node is left. */
  without(nodes: readonly string[]): PushTarget[]
  /**
   * The devices that no node reached in time, without those that `without` gave: at the first deadline those whose stream
   * stands still, later those that were catching up and stopped, or took too long. To be read at once, and by one.
   */
  unreached(): AsyncIterable<PushTarget[]>
  /** Gives up: `unreached` ends. */
  readonly cancel: () => void
}

export interface Answers extends AsyncDisposable {
  readonly doubts: Doubts
  /** Must come before the event is sent: an answer may come before the sending is known to have worked. */
  expect(position: string, devices: readonly Awaited[], listener: AnswerListener): Expectation
  /** Forgets what it knows of nodes that are not among these. */
  present(nodes: readonly string[]): void
}

export interface AnswerListener {
  reached(devices: number): void
  /** Asked once, when only devices that are catching up are left: whether they may be waited for. */
  catchUp(): boolean
}

interface Pending {
  readonly target: PushTarget
  readonly nodes: Set<string>
}

interface Waiting {
  /** Devices still unreached, with the nodes that may yet name them. */
  readonly devices: Map<string, Pending>
  readonly listener: AnswerListener
  /** Nobody is waited for any more. */
  settle(): void
  /** Looks at once. */
  wake(): void
}

export interface AnswerTimes {
  /** How long nodes may take to answer, and how long a stream that is behind may stand still. */
  readonly answerMs: number
  /**
   * How long a device is waited for in all whose stream moves and is not there yet, as all are after an outage. Then it
   * gets a push: it may be slower than what comes.
   */
  readonly catchUpMs: number
}

/**
 * Hears the nodes' answers for all shards of this process, and remembers whom not to wait for. A device whose stream moves is
 * waited for beyond the first deadline: its node knows that it is connected and catching up, so that a backlog after an
 * outage is no reason for pushes.
 */
export function openAnswers(bus: Bus, consumer: string, { answerMs, catchUpMs }: AnswerTimes, log: Log): Answers {
  const waiting = new Map<string, Waiting>()
  const doubtedNodes = new Set<string>()
  const doubtedDevices = new Set<string>()
  let closing = false
  const movedAt = new LRUCache<string, number>({ max: MAX_MOVING_DEVICES })
  /** When a node last said anything. Node ids are new with every start, so the dead ones are forgotten (`present`). */
  const heardAt = new Map<string, number>()

  const hear = (nodeId: string) => {
    heardAt.set(nodeId, performance.now())
    if (doubtedNodes.delete(nodeId)) log.info('A node answers again', { node: nodeId })
  }

  const moved = ({ devices }: FeedReached | FeedMoving) => {
    const now = performance.now()
    for (const { deviceId } of devices) {
      doubtedDevices.delete(deviceId)
      movedAt.set(deviceId, now)
    }
  }

  const reached = ({ position, devices }: FeedReached) => {
    const expected = waiting.get(position)
    if (!expected) return
    const named = devices.filter(({ deviceId }) => expected.devices.delete(deviceId))
    if (named.length > 0) expected.listener.reached(named.length)
    if (expected.devices.size === 0) expected.settle()
  }

  const listener = listenLastingly(
    bus,
    consumerChannel(consumer),
    (text) => {
      const answer = parseAnswer(text)
      if (!answer) return log.warn('A node sent an answer that makes no sense')
      hear(answer.node)
      if (answer.type !== 'alive') moved(answer)
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

    expect(position, devices, listener) {
      const began = performance.now()
      const pending: Waiting['devices'] = new Map(
        devices.map(({ target, nodes }) => [target.deviceId, { target, nodes: new Set(nodes) }]),
      )
      const bell = makeWaker()
      const settle = () => {
        waiting.delete(position)
        pending.clear()
        bell.wake()
      }
      if (pending.size > 0) waiting.set(position, { devices: pending, listener, settle, wake: () => bell.wake() })

      /** Takes out those who are not waited for any longer: all whose stream did not move since `since`. */
      const takeLate = (since: number, mayCatchUp: boolean): PushTarget[] => {
        const late: PushTarget[] = []
        for (const [deviceId, { target, nodes }] of pending) {
          if (mayCatchUp && (movedAt.get(deviceId) ?? -1) >= since) continue
          pending.delete(deviceId)
          doubt(nodes, deviceId, began)
          late.push(target)
        }
        return late
      }

      async function* unreached() {
        let since = began
        let mayCatchUp: boolean | undefined
        try {
          while (pending.size > 0) {
            await bell.wait(Math.max(0, since + answerMs - performance.now()))
            const inTime = !closing && performance.now() - began + answerMs <= catchUpMs
            const late = takeLate(since, inTime && mayCatchUp !== false)
            if (pending.size > 0) mayCatchUp ??= listener.catchUp()
            if (mayCatchUp === false) late.push(...takeLate(since, false))
            since = performance.now()
            if (late.length > 0) yield late
          }
        } finally {
          settle()
        }
      }

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
        cancel: settle,
      }
    },

    present(nodes) {
      const there = new Set(nodes)
      for (const nodeId of heardAt.keys()) if (!there.has(nodeId)) heardAt.delete(nodeId)
      for (const nodeId of doubtedNodes) if (!there.has(nodeId)) doubtedNodes.delete(nodeId)
    },

    async [Symbol.asyncDispose]() {
      closing = true
      for (const { wake } of waiting.values()) wake()
      await listener[Symbol.asyncDispose]()
    },
  }
}
