import { setTimeout as delay } from 'node:timers/promises'
import { type Chat, markedText } from './chat.ts'
import type { Outcome, Quantiles, Run } from './protocol.ts'

/** Maximum time from the last answer to the last delivery. */
const DEADLINE_MS = 120_000

interface Room {
  readonly number: number
  readonly users: readonly number[]
}

/** Sends messages as a run says, and measures their answers and deliveries. */
export interface Measurement {
  /** Rejects when a send fails or a delivery is missing. */
  run(chat: Chat, rooms: readonly Room[], plan: Run): Promise<Outcome>
  delivered(user: number, sequence: number, mark: number): void
  roomOf(mark: number): number | undefined
  fail(why: string): void
}

export function makeMeasurement(): Measurement {
  /** For each mark the time of its send and its room. Marks are never reused, so that a late delivery is noticed. */
  let first = 0
  let sentAt: number[] = []
  let roomsOf: number[] = []
  let latencies: number[] = []
  let lastDeliveryAt = 0
  /** The last message number of each user in each room. */
  const lastOf = new Map<number, number>()
  let failure: Error | null = null
  let onChange = () => {}

  const fail = (why: string) => {
    failure ??= new Error(why)
    onChange()
  }

  const run: Measurement['run'] = async (chat, rooms, plan) => {
    first += sentAt.length
    sentAt = []
    roomsOf = []
    latencies = []
    const answers: number[] = []
    const cpu = process.cpuUsage()
    const startedAt = performance.now()
    const endsAt = startedAt + plan.seconds * 1_000
    const isOver = () => failure !== null || (performance.now() >= endsAt && sentAt.length >= plan.sends)
    let expected = 0
    let lastAnswerAt = startedAt

    const send = async () => {
      const number = sentAt.length
      const { number: room, users } = rooms[number % rooms.length]!
      // The rooms take turns, and within a room its users, so all users send equally often.
      const user = users[Math.floor(number / rooms.length) % users.length]!
      const at = performance.now()
      sentAt.push(at)
      roomsOf.push(room)
      expected += users.length
      try {
        await chat.send(user, room, markedText(first + number))
        lastAnswerAt = performance.now()
        answers.push(lastAnswerAt - at)
      } catch (error) {
        fail(String(error))
      }
    }

    if ('inFlight' in plan.pace) {
      const worker = async () => {
        while (!isOver()) await send()
      }
      await Promise.all(Array.from({ length: plan.pace.inFlight }, worker))
    } else {
      const underWay: Promise<void>[] = []
      const everyMs = 1_000 / plan.pace.perSecond
      while (!isOver()) {
        const early = startedAt + underWay.length * everyMs - performance.now()
        if (early > 0) await delay(early)
        else underWay.push(send())
      }
      await Promise.all(underWay)
    }

    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => fail(`${expected - latencies.length} of ${expected} deliveries have not come.`),
        DEADLINE_MS,
      )
      onChange = () => {
        if (!failure && latencies.length < expected) return
        clearTimeout(timer)
        onChange = () => {}
        if (failure) reject(failure)
        else resolve()
      }
      onChange()
    })
    const used = process.cpuUsage(cpu)
    return {
      sends: sentAt.length,
      deliveries: latencies.length,
      answeredMs: lastAnswerAt - startedAt,
      deliveredMs: Math.max(lastDeliveryAt, lastAnswerAt) - startedAt,
      answer: quantiles(answers),
      delivery: quantiles(latencies),
      loadCpuMs: (used.user + used.system) / 1_000,
    }
  }

  return {
    run,
    fail,
    roomOf: (mark) => roomsOf[mark - first],
    delivered(user, sequence, mark) {
      const room = roomsOf[mark - first]
      if (room === undefined) return fail(`User ${user} got the message ${mark} once more, or much too late.`)
      const key = room * 1_000_000 + user
      const last = lastOf.get(key)
      if (last !== undefined && sequence !== last + 1) {
        return fail(`User ${user} got number ${sequence} of a room after number ${last}.`)
      }
      lastOf.set(key, sequence)
      lastDeliveryAt = performance.now()
      latencies.push(lastDeliveryAt - sentAt[mark - first]!)
      onChange()
    },
  }
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return { p50: at(0.5), p99: at(0.99) }
}
