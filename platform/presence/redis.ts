import type { Log } from '../log/log.ts'
import { defineScript, openRedis, type RedisOptions } from '../redis/index.ts'
import { assertFindable, NODE_TTL_SECONDS, type Presence, type Whereabouts } from './presence.ts'
import { ANNOUNCE, FIND, JOIN, LEAVE, NODES, RETIRE, SWEEP } from './scripts.ts'

export interface RedisPresenceOptions extends RedisOptions {
  readonly url: string
  /** Deliberately without default: two installations on one server would see each other's devices as online. */
  readonly prefix: string
  readonly log: Log
}

/** Entries of one script call: about a millisecond of Redis's time, during which it serves no other client. */
const BATCH = 500
const TTL_MS = NODE_TTL_SECONDS * 1_000

export async function openRedisPresence(options: RedisPresenceOptions): Promise<Presence> {
  const { url, log } = options
  const base = `${options.prefix}presence:`
  const redis = await openRedis(url, log, options)
  const script = (name: string, lua: string) => {
    const callScript = defineScript(redis.client, `parleyPresence${name}`, lua)
    return (...args: (string | number)[]) => callScript([], [base, ...args])
  }
  const [announceNode, retireNode] = [script('Announce', ANNOUNCE), script('Retire', RETIRE)]
  const [joinEntries, leaveEntries] = [script('Join', JOIN), script('Leave', LEAVE)]
  const [findUsers, listNodes, sweepSome] = [script('Find', FIND), script('Nodes', NODES), script('Sweep', SWEEP)]

  /** The incarnation of each node of this process at its last announcement. */
  const incarnations = new Map<string, string>()
  const resetListeners = new Set<() => void>()
  const reset = () => {
    for (const listener of [...resetListeners]) listener()
  }
  const onBack = redis.onBack(reset)
  let sweeping: Promise<void> | undefined
  let closing: Promise<void> | undefined

  const sweep = async (lives: readonly string[]) => {
    for (const life of lives) while (!closing && Number(await sweepSome(life, BATCH)) === BATCH);
  }
  const batches = async (call: typeof joinEntries, entries: readonly Whereabouts[], ...first: number[]) => {
    const args = entries.map(({ userId, deviceId, nodeId }) => [userId, deviceId, nodeId].map(assertPlain))
    for (let at = 0; at < args.length; at += BATCH) await call(...first, ...args.slice(at, at + BATCH).flat())
  }
  const close = async () => {
    onBack[Symbol.dispose]()
    resetListeners.clear()
    await sweeping
    await redis[Symbol.asyncDispose]()
  }

  return {
    async announce(nodeId) {
      const [incarnation = '', ...dead] = (await announceNode(assertPlain(nodeId), TTL_MS)) as string[]
      // Entries of dead nodes are never found, so removing them is not urgent.
      if (dead.length > 0)
        sweeping ??= sweep(dead)
          .catch((error: unknown) => log.debug('Entries of dead nodes could not be removed yet', { error }))
          .finally(() => (sweeping = undefined))
      const before = incarnations.get(nodeId)
      incarnations.set(nodeId, incarnation)
      if (before !== undefined && before !== incarnation) reset()
    },
    async retire(nodeId) {
      incarnations.delete(nodeId)
      const life = await retireNode(nodeId)
      if (typeof life === 'string') await sweep([life])
    },
    join: (entries) => batches(joinEntries, entries, TTL_MS),
    leave: (entries) => batches(leaveEntries, entries),
    async find(userIds) {
      assertFindable(userIds)
      if (userIds.length === 0) return []
      const flat = (await findUsers(...new Set(userIds))) as string[]
      const found: Whereabouts[] = []
      for (let at = 0; at < flat.length; at += 3) {
        const [userId = '', deviceId = '', nodeId = ''] = flat.slice(at, at + 3)
        found.push({ userId, deviceId, nodeId })
      }
      return found
    },
    nodes: async () => (await listNodes()) as string[],
    onReset(listener) {
      const own = () => listener()
      resetListeners.add(own)
      return { [Symbol.dispose]: () => void resetListeners.delete(own) }
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** NUL separates the parts of an entry. PostgreSQL's text cannot contain it either, so no id of ours does. */
function assertPlain(id: string): string {
  if (id.includes('\0')) throw new RangeError('An id must not hold NUL.')
  return id
}
