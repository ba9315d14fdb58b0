import type { Limits } from '../limits.ts'
import type { Metrics } from '../types.ts'
import { Tally } from './tally.ts'

/** Limits per address or per user: labels of `gateway_refused_total`. */
export type UsageLimit =
  | 'connections-per-address'
  | 'connections-per-user'
  | 'operations-per-user'
  | 'unready-per-address'
  | 'waiting-bytes-per-address'
  | 'waiting-bytes-per-user'
  | 'slow-bodies-per-address'
  | 'body-bytes'

/**
 * What each address and each user holds of this gateway at the moment, so that no stranger can exhaust what others
 * need.
 */
export class ClientUsage {
  readonly limits: Limits
  readonly #metrics: Metrics
  readonly connections = { ofAddress: new Tally(), ofUser: new Tally() }
  readonly waiting = { ofAddress: new Tally(), ofUser: new Tally() }
  readonly operations = new Tally()
  readonly unready = new Tally()
  readonly slowBodies = new Tally()
  /** Bytes of all bodies that are being read. */
  bodyBytes = 0
  /** Functions that each drop one slow body, the oldest first. */
  readonly giveWay = new Set<() => void>()

  constructor(limits: Limits, metrics: Metrics) {
    this.limits = limits
    this.#metrics = metrics
  }

  /** Counts the refusal. Always returns false, so that a caller can return it. */
  refuse(share: UsageLimit): false {
    this.#metrics.count('gateway_refused_total', { limit: share })
    return false
  }
}

/**
 * What one connection holds: a socket, a streaming response, or a response that its client reads slowly.
 *
 * A class, for the same reason as `Connection`.
 */
export class ConnectionUsage {
  readonly #clients: ClientUsage
  readonly #address: string
  #user: string | null = null
  #connected = false
  #unready = false
  #waiting = 0
  #running = 0

  constructor(clients: ClientUsage, address: string) {
    this.#clients = clients
    this.#address = address
  }

  /** False if its address has too many connections. */
  connect(): boolean {
    const { connections, limits } = this.#clients
    if (!connections.ofAddress.take(this.#address, 1, limits.maxConnectionsPerAddress)) {
      return this.#clients.refuse('connections-per-address')
    }
    return (this.#connected = true)
  }

  /** The same for a connection that is not authenticated yet; `belongsTo` ends that state. */
  connectUnready(): boolean {
    const { unready, limits } = this.#clients
    if (!unready.take(this.#address, 1, limits.maxUnreadyPerAddress)) return this.#clients.refuse('unready-per-address')
    this.#unready = true
    return this.connect()
  }

  /** Null for anonymous clients. False if this user has too many connections. */
  belongsTo(user: string | null): boolean {
    const { connections, limits } = this.#clients
    this.#ready()
    if (user === null) return true
    if (this.#connected && !connections.ofUser.take(user, 1, limits.maxConnectionsPerUser)) {
      return this.#clients.refuse('connections-per-user')
    }
    this.#user = user
    return true
  }

  /** Sets how many bytes wait for this client. False if its address or user exceeds its limit. */
  waits(bytes: number): boolean {
    const { waiting, limits } = this.#clients
    const more = bytes - this.#waiting
    this.#waiting = bytes
    if (more < 0) {
      waiting.ofAddress.give(this.#address, -more)
      if (this.#user !== null) waiting.ofUser.give(this.#user, -more)
      return true
    }
    // The bytes wait already, so they count even beyond the limit.
    waiting.ofAddress.take(this.#address, more, Infinity)
    if (this.#user !== null) waiting.ofUser.take(this.#user, more, Infinity)
    if (waiting.ofAddress.of(this.#address) > limits.maxWaitingBytesPerAddress) {
      return this.#clients.refuse('waiting-bytes-per-address')
    }
    if (this.#user !== null && waiting.ofUser.of(this.#user) > limits.maxWaitingBytesPerUser) {
      return this.#clients.refuse('waiting-bytes-per-user')
    }
    return true
  }

  /** Sets how many operations run. False if that is more, and its user exceeds its limit. */
  runs(count: number): boolean {
    const { operations, limits } = this.#clients
    const more = count - this.#running
    this.#running = count
    if (this.#user === null || more === 0) return true
    if (more < 0) operations.give(this.#user, -more)
    // It is counted even beyond the limit: the caller ends it.
    else operations.take(this.#user, more, Infinity)
    if (more < 0 || operations.of(this.#user) <= limits.maxOperationsPerUser) return true
    return this.#clients.refuse('operations-per-user')
  }

  #ready(): void {
    if (this.#unready) this.#clients.unready.give(this.#address, 1)
    this.#unready = false
  }

  /** Idempotent. */
  end(): void {
    this.waits(0)
    this.runs(0)
    this.#ready()
    const { connections } = this.#clients
    if (this.#connected) connections.ofAddress.give(this.#address, 1)
    if (this.#connected && this.#user !== null) connections.ofUser.give(this.#user, 1)
    this.#connected = false
    this.#user = null
  }
}
