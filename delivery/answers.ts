import type { Bus } from '../platform/bus/bus.ts'
import { consumerChannel, parseAnswer, type FeedMoving, type FeedReached } from '../inbox/protocol.ts'
import type { Log } from '../platform/log/log.ts'
import type { Doubts } from './decide.ts'
import { listenLastingly } from './listen.ts'
import type { PushTarget } from './targets.ts'
import { makeWaker } from './waker.ts'

/**
 * Maximum devices that are remembered because their stream did not get an event in time while its node answered.
 * Beyond it the oldest one is forgotten, which costs one more wait for it.
 */
const MAX_DOUBTED_DEVICES = 100_000

/** Devices whose stream's last progress is remembered at least. Beyond it the least recent ones get their pushes. */
const MAX_MOVING_DEVICES = 100_000

/**
 * A deadline that is noticed this much too late shows that this process did not run: it was stopped and continued, its machine
 * slept, or it had no CPU time. The answers may have come, unread.
 */
const STALLED_MS = 500

/** A device that has streams on `nodes`, and is waited for. */
export interface Awaited {
  readonly target: PushTarget
  readonly nodes: readonly string[]
}

/** The answers to one event. */
export interface Expectation {
  /** These nodes did not get the event. Returns the devices that have no other node. */
  without(nodes: readonly string[]): PushTarget[]
  /**
   * The devices that no node reached in time, except those that `without` returned: at the first deadline the devices
   * whose stream makes no progress, later those that stopped catching up or took too long. Must be read at once, and
   * by one reader.
   */
  unreached(): AsyncIterable<PushTarget[]>
  /** Stops waiting: `unreached` ends. */
  readonly cancel: () => void
}

export interface Answers extends AsyncDisposable {
  readonly doubts: Doubts
  /** Must be called before the event is sent: an answer may arrive before the send is confirmed. */
  expect(position: string, devices: readonly Awaited[], listener: AnswerListener): Expectation
  /** Forgets the state of all nodes that are not in `nodes`. */
  present(nodes: readonly string[]): void
}

export interface AnswerListener {
  reached(devices: number): void
  /** Called once, when only devices that are catching up are left. Returns whether to wait for them. */
  catchUp(): boolean
}

interface Waiting {
  /** Devices that are not reached yet, with the nodes that may still report them. */
  readonly devices: Map<string, Awaited>
  readonly listener: AnswerListener
  /** Ends the wait for all devices. */
  settle(): void
  /** Checks the deadlines at once. */
  wake(): void
}

export interface AnswerTimes {
  /** The time that nodes have to answer, and that a stream that is behind may make no progress. */
  readonly answerMs: number
  /**
   * Maximum wait for a device whose stream is behind and makes progress, as all are after an outage. Then the device
   * gets a push, because it may be slower than new events come.
   */
  readonly catchUpMs: number
}

/**
 * Receives the nodes' answers for all shards of this process, and remembers which nodes and devices not to wait for.
 * If a device's stream makes progress, the wait continues after the first deadline: the node knows that the device is
 * connected and catching up, so a backlog after an outage causes no pushes.
 */
export function openAnswers(bus: Bus, consumer: string, { answerMs, catchUpMs }: AnswerTimes, log: Log): Answers {
  const waiting = new Map<string, Waiting>()
  const doubtedNodes = new Set<string>()
  const doubtedDevices = new Set<string>()
  let closing = false
  const movedAt = makeMoments(MAX_MOVING_DEVICES)
  /**
   * When each node last sent anything. Node ids are new with every start, so those of dead nodes are removed
   * (`present`).
   */
  const heardAt = new Map<string, number>()

  const hear = (nodeId: string) => {
    heardAt.set(nodeId, performance.now())
    if (doubtedNodes.delete(nodeId)) log.info('A node answers again.', { node: nodeId })
  }

  const moved = ({ devices }: FeedReached | FeedMoving) => {
    const now = performance.now()
    for (const { deviceId } of devices) {
      if (doubtedDevices.size > 0) doubtedDevices.delete(deviceId)
      movedAt.set(deviceId, now)
    }
  }

  const reached = ({ position, devices }: FeedReached) => {
    const expected = waiting.get(position)
    if (!expected) return
    let named = 0
    for (const { deviceId } of devices) if (expected.devices.delete(deviceId)) named++
    if (named > 0) expected.listener.reached(named)
    if (expected.devices.size === 0) expected.settle()
  }

  const listener = listenLastingly(
    bus,
    consumerChannel(consumer),
    (text) => {
      const answer = parseAnswer(text)
      if (!answer) return log.warn('A node sent an invalid answer.')
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

  /**
   * At the deadline: doubts the nodes that sent nothing since the event was sent, or the device if all of its nodes
   * sent something.
   */
  const doubt = (nodes: Iterable<string>, deviceId: string, since: number) => {
    let silent = true
    for (const nodeId of nodes) {
      if ((heardAt.get(nodeId) ?? -1) >= since) silent = false
      else if (!doubtedNodes.has(nodeId)) {
        doubtedNodes.add(nodeId)
        log.warn('A node did not answer in time: its devices get their pushes at once.', { node: nodeId })
      }
    }
    if (!silent) doubtDevice(deviceId)
  }

  return {
    doubts: { node: (nodeId) => doubtedNodes.has(nodeId), device: (deviceId) => doubtedDevices.has(deviceId) },

    expect(position, devices, listener) {
      const began = performance.now()
      const pending: Waiting['devices'] = new Map()
      for (const device of devices) pending.set(device.target.deviceId, device)
      const bell = makeWaker()
      const settle = () => {
        waiting.delete(position)
        pending.clear()
        bell.wake()
      }
      if (pending.size > 0) waiting.set(position, { devices: pending, listener, settle, wake: () => bell.wake() })

      /** Removes and returns the devices to stop waiting for: those whose stream made no progress since `since`. */
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
        let wasStalled = false
        try {
          while (pending.size > 0) {
            await bell.wait(Math.max(0, since + answerMs - performance.now()))
            // Waits once more, so that a process that always runs late still decides.
            if (!wasStalled && !closing && performance.now() - since - answerMs > STALLED_MS) {
              wasStalled = true
              since = performance.now()
              continue
            }
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
          if (absent.length === 0) return gone
          for (const [deviceId, { target, nodes }] of pending) {
            const left = nodes.filter((nodeId) => !absent.includes(nodeId))
            if (left.length > 0) {
              pending.set(deviceId, { target, nodes: left })
              continue
            }
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

/** Remembers when something last happened to each of at least the last `least` keys, and to at most twice as many. */
function makeMoments(least: number) {
  let recent = new Map<string, number>()
  let older: ReadonlyMap<string, number> = new Map()
  return {
    get: (key: string) => recent.get(key) ?? older.get(key),
    set(key: string, at: number) {
      recent.set(key, at)
      if (recent.size < least) return
      older = recent
      recent = new Map()
    },
  }
}
