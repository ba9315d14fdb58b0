import type { Bus } from '../../../platform/bus/bus.ts'
import type { Log } from '../../../platform/log/log.ts'
import { NODE_TTL_SECONDS } from '../../../platform/presence/presence.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { startTurns } from '../../../platform/turns.ts'
import { hintPresence } from './hints.ts'
import { buryNodes, endNode, noteCame, noteLeft, noteNodeAlive } from './store.ts'

/** Changes of this time are written together; a reconnect within it writes nothing. */
const GATHER_MS = 200

/** Maximum users of one statement, so that its locks are short. */
const BATCH = 1_000

/** A node shows that it lives as often as it does in the presence of its streams. */
const ALIVE_EVERY_MS = (NODE_TTL_SECONDS * 1_000) / 3

/**
 * A silent node is buried after presence has forgotten it, so that whoever then looks finds its users offline. It may have
 * told presence that it lives almost `ALIVE_EVERY_MS` later than PostgreSQL.
 */
const SILENT_SECONDS = NODE_TTL_SECONDS + ALIVE_EVERY_MS / 1_000 + 2

export interface AttendanceDeps {
  readonly database: Sql
  readonly bus: Bus
  readonly log: Log
  /** For tests. */
  readonly aliveEveryMs?: number
}

/** The node whose users are noted. */
export interface NotedNode {
  readonly nodeId: string
  isHere(userId: string): boolean
  userIds(): string[]
}

/** It fits `Attendance` of inbox/attendance.ts. */
export interface Attendance extends AsyncDisposable {
  changed(userId: string): void
  restored(): void
}

/**
 * Notes durably which users have streams on a node, so that it is known when they were last online, also after the node
 * has died, and tells whoever watches them. Costs a part of a statement when a user comes or leaves, and one statement
 * of the node now and then.
 */
export function startAttendance(deps: AttendanceDeps, node: NotedNode): Attendance {
  const { database, bus, log, aliveEveryMs = ALIVE_EVERY_MS } = deps
  const { nodeId } = node
  /** Users who are noted as present. */
  const noted = new Set<string>()
  const changed = new Set<string>()
  /** Users whose watchers look again, whatever has changed. */
  let restored = false
  let timer: { readonly handle: NodeJS.Timeout; readonly at: number } | null = null
  let running: Promise<void> = Promise.resolve()
  let closing: Promise<void> | undefined
  let failing = false

  const soon = (ms = GATHER_MS) => {
    const at = performance.now() + ms
    if (closing || (timer && timer.at <= at)) return
    if (timer) clearTimeout(timer.handle)
    const begin = () => {
      timer = null
      running = running.then(write)
    }
    timer = { at, handle: setTimeout(begin, ms).unref() }
  }

  /** Each user's state of now is written, so the order of what happened does not matter. */
  const write = async () => {
    if (restored) {
      restored = false
      hintPresence(bus, node.userIds(), log)
    }
    while (changed.size > 0 && !closing) {
      const batch = [...changed].slice(0, BATCH)
      for (const userId of batch) changed.delete(userId)
      const came = batch.filter((userId) => node.isHere(userId) && !noted.has(userId))
      // Also one who came and left within `GATHER_MS` was here.
      const left = batch.filter((userId) => !node.isHere(userId))
      try {
        if (came.length > 0) await noteCame(database, nodeId, came)
        for (const userId of came) noted.add(userId)
        if (left.length > 0) await noteLeft(database, nodeId, left)
        for (const userId of left) noted.delete(userId)
        failing = false
      } catch (error) {
        for (const userId of batch) changed.add(userId)
        if (!failing) log.warn('It cannot be noted who is online: retrying.', { error })
        failing = true
        // Who is online does not depend on the notes.
        hintPresence(bus, [...came, ...left], log)
        return soon(aliveEveryMs)
      }
      hintPresence(bus, [...came, ...left], log)
    }
  }

  const alive = startTurns(
    async () => {
      if (await noteNodeAlive(database, nodeId)) return
      noted.clear()
      for (const userId of node.userIds()) changed.add(userId)
      soon(0)
    },
    { everyMs: aliveEveryMs, log, failure: 'The node cannot show that it lives: its users look offline soon.' },
  )

  const close = async () => {
    if (timer) clearTimeout(timer.handle)
    await alive[Symbol.asyncDispose]()
    await running
    try {
      hintPresence(bus, [...new Set([...(await endNode(database, nodeId)), ...changed])], log)
    } catch (error) {
      log.warn('It could not be noted that the node ended: it is noted when its time is over.', { error })
    }
  }

  return {
    changed(userId) {
      // A further stream, or one of several that ended.
      if (node.isHere(userId) && noted.has(userId)) return void changed.delete(userId)
      changed.add(userId)
      soon()
    },
    restored() {
      restored = true
      soon()
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Any process may bury the dead nodes of others. */
export function startBurying({ database, bus, log }: AttendanceDeps, silentSeconds = SILENT_SECONDS): AsyncDisposable {
  return startTurns(async () => hintPresence(bus, await buryNodes(database, silentSeconds), log), {
    everyMs: 2_000,
    log,
    failure: 'Nodes that have died cannot be buried: retrying.',
  })
}
