import fc from 'fast-check'
import { v7 } from 'uuid'
import { decodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions } from '../platform/eventlog/position.ts'
import type { Presence } from '../platform/presence/index.ts'
import { openChatWorld, type ChatWorld } from '../test/support/chat.ts'
import { eventually } from '../test/support/eventually.ts'
import { allMessages, openFeeder, recipientsOf } from '../test/support/feeder.ts'
import type { UserIdentity } from '../test/support/people.ts'
import type { InboxNode } from './node.ts'
import type { InboxItem, Stream } from './stream.ts'

/** A failure says its seed: with it, it comes again. */
const SEED = process.env['SEED']
const USERS = 3
const NODES = 2
const CLIENTS = 5
/** Of so many last decided events one comes again: older ones nobody misses. */
const MAX_AGAIN = 20
/** The transactions of other test files hold the horizon of this one, as long as they like. */
const HORIZON_MS = 60_000

/** One step of the world. Numbers are taken modulo what there is. */
type Step =
  | { do: 'send'; user: number; conversation: number }
  | { do: 'pump'; fate: number }
  | { do: 'heartbeat'; fate: number }
  | { do: 'gap'; node: number }
  | { do: 'successor' }
  | { do: 'again'; event: number }
  | { do: 'losePresence' }
  | { do: 'loseUser'; user: number }
  | { do: 'findLoss' }
  | { do: 'lateCommit'; conversation: number }
  | { do: 'commit' }
  | { do: 'membership'; conversation: number }
  | { do: 'disconnect'; client: number }
  | { do: 'connect'; client: number; node: number; cut: number }
  | { do: 'settle' }

const nat = fc.nat({ max: 1_000 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), user: nat, conversation: nat }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pump' as const), fate: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), fate: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gap' as const), node: nat }) },
  { weight: 1, arbitrary: fc.constant({ do: 'successor' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), event: nat }) },
  { weight: 1, arbitrary: fc.constant({ do: 'losePresence' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('loseUser' as const), user: nat }) },
  { weight: 1, arbitrary: fc.constant({ do: 'findLoss' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lateCommit' as const), conversation: nat }) },
  { weight: 2, arbitrary: fc.constant({ do: 'commit' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('membership' as const), conversation: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('disconnect' as const), client: nat }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('connect' as const), client: nat, node: nat, cut: nat }) },
  { weight: 1, arbitrary: fc.constant({ do: 'settle' } as const) },
)

/** What one client has: where its stream began, and each event with its cursor, in the order in which they came. */
interface Client {
  readonly viewer: UserIdentity
  start: Vector | null
  taken: InboxItem[]
  stream: Stream | null
  reading: Promise<void>
  /** Connects and disconnects of the client, one after the other; the world goes on meanwhile. */
  doing: Promise<void>
}

let world: ChatWorld
const gaps: (() => void)[] = []
const resets = new Set<() => void>()
let presence: Presence
/** It lost its entries, and the nodes' connections to it: consumers find nobody until it is back. */
let away = false
beforeAll(async () => {
  world = await openChatWorld({
    bus: (bus) => ({
      ...bus,
      onGap(listener) {
        gaps.push(listener)
        return { [Symbol.dispose]() {} }
      },
    }),
    presence: (inner) => {
      presence = inner
      const unlessAway = async (work: () => Promise<void>) => {
        if (away) throw new Error('Presence is down.')
        return work()
      }
      return {
        ...inner,
        announce: (nodeId) => unlessAway(() => inner.announce(nodeId)),
        join: (entries) =>
          unlessAway(async () => {
            // As long as a server may take: meanwhile events are sent and decided.
            for (let times = 0; times < 4; times++) await world.database.query('select 1')
            return unlessAway(() => inner.join(entries))
          }),
        leave: (entries) => unlessAway(() => inner.leave(entries)),
        onReset(listener) {
          resets.add(listener)
          return { [Symbol.dispose]: () => void resets.delete(listener) }
        },
      }
    },
  })
})
afterAll(() => world[Symbol.asyncDispose]())

test('every client has each of its events once and in order, and every cursor says exactly what came before it', async () => {
  const users = await Promise.all(Array.from({ length: USERS }, () => world.person()))
  const nodes = [world.node, ...(await Promise.all(Array.from({ length: NODES - 1 }, () => world.openNode())))]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) =>
      run(steps, users, nodes),
    ),
    { numRuns: 25, endOnFailure: true, ...(SEED && { seed: Number(SEED) }) },
  )
}, 240_000)

function comeBack() {
  if (!away) return
  away = false
  for (const listener of resets) listener()
}

async function run(steps: readonly Step[], users: readonly UserIdentity[], nodes: readonly InboxNode[]) {
  const [a, b, c] = users as [UserIdentity, UserIdentity, UserIdentity]
  const group = await world.group(a, b, c)
  const conversations = [await world.direct(a, b), await world.direct(b, c), group, await world.group(b, a, c)]
  const shards = world.eventLog.shards
  await using feeder = await openFeeder(world, `feeder-${v7()}`)
  const clients = Array.from({ length: CLIENTS }, (_, index): Client => {
    const viewer = { ...users[index % USERS]!, deviceId: v7() }
    return { viewer, start: null, taken: [], stream: null, reading: Promise.resolve(), doing: Promise.resolve() }
  })
  /** Transactions that hold the horizon, each with an event that is not committed yet. */
  const open: { commit: () => void; done: Promise<unknown> }[] = []
  let count = 0

  const disconnect = async (client: Client) => {
    await client.stream?.return()
    await client.reading
    client.stream = null
  }

  /** Takes up the stream at one of the cursors that the client ever got; what it had after that one it forgets. */
  const connect = async (client: Client, node: InboxNode, cut: number) => {
    await disconnect(client)
    let after: string | null = null
    if (client.start) {
      const kept = cut % 3 === 0 ? cut % (client.taken.length + 1) : client.taken.length
      after = kept === 0 ? null : (client.taken[kept - 1]?.cursor ?? null)
      client.taken = client.taken.slice(0, kept)
    }
    const stream = await node.openStream({ viewer: client.viewer, after })
    client.stream = stream
    const read = async () => {
      for await (const item of stream) {
        if (!item.event) client.start = decodeCursor(item.cursor, shards)
        // The model is one of messages.
        else if (item.event.kind.name === 'chat.MessageSent') client.taken.push(item)
      }
    }
    client.reading = read()
    if (after === null) await eventually(() => client.start !== null)
  }

  const commitAll = async () => {
    for (const { commit, done } of open.splice(0)) {
      commit()
      await done
    }
  }

  const lateCommit = async (conversation: string) => {
    if (open.length > 2) return
    let commit = () => {}
    const committing = new Promise<void>((resolve) => (commit = resolve))
    const begun = new Promise<void>((resolve, reject) => {
      const done = world.database
        .transaction(async (sql) => {
          // Its own lock, so that the sends of the test do not wait for it.
          await world.eventLog.lock(sql, v7())
          const payload = {
            id: v7(),
            conversationId: conversation,
            sequence: 0,
            senderId: a.userId,
            text: `late ${++count}`,
          }
          await world.eventLog.append(sql, { kind: 'chat.MessageSent', key: conversation, payload })
          resolve()
          await committing
        })
        .catch(reject)
      open.push({ commit, done })
    })
    await begun
  }

  /** Deterministic, from one number: lost, brought, or brought twice. */
  const fates = (seed: number) => () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % 5 === 0 ? 0 : seed % 7 === 0 ? 2 : 1
  }

  for (const each of steps) {
    switch (each.do) {
      case 'send': {
        const conversation = conversations[each.conversation % conversations.length]!
        await world.trySend(users[each.user % USERS]!, conversation, `message ${++count}`)
        break
      }
      case 'pump':
        await feeder.pump(fates(each.fate))
        break
      case 'heartbeat':
        await feeder.heartbeat(fates(each.fate))
        break
      case 'gap':
        gaps[each.node % gaps.length]?.()
        break
      case 'successor':
        feeder.successor()
        break
      case 'again': {
        const decided = (await allMessages(world.database)).filter(feeder.wasDecided).slice(-MAX_AGAIN)
        const event = decided[each.event % Math.max(1, decided.length)]
        if (event) await feeder.again(event)
        break
      }
      case 'losePresence':
        away = true
        for (const nodeId of await presence.nodes()) await presence.retire(nodeId)
        break
      case 'loseUser':
        away = true
        await presence.leave(await presence.find([users[each.user % USERS]!.userId]))
        break
      case 'findLoss':
        comeBack()
        break
      case 'lateCommit':
        await lateCommit(conversations[each.conversation % conversations.length]!)
        break
      case 'commit':
        await commitAll()
        break
      case 'membership': {
        const [of, owner] = each.conversation % 2 ? ([group, a] as const) : ([conversations[3]!, b] as const)
        const { rows } = await world.database.query(
          'select 1 from groups.membership where group_id = $1 and user_id = $2 and until_epoch is null',
          [of, c.userId],
        )
        await (rows.length > 0 ? world.remove : world.add)(owner, of, c)
        break
      }
      case 'disconnect': {
        const client = clients[each.client % CLIENTS]!
        client.doing = client.doing.then(() => disconnect(client))
        break
      }
      case 'connect': {
        const client = clients[each.client % CLIENTS]!
        client.doing = client.doing.then(() => connect(client, nodes[each.node % nodes.length]!, each.cut))
        break
      }
      case 'settle':
        await Promise.all(clients.map((client) => client.doing))
        break
    }
  }

  await Promise.all(clients.map((client) => client.doing))
  await commitAll()
  for (const client of clients) if (!client.stream) await connect(client, nodes[0]!, 1)
  comeBack()
  const events = await allMessages(world.database)
  await eventually(async () => {
    const head = await world.eventLog.head(world.database)
    return events.every(({ position }) => comparePositions(position, head) < 0)
  }, HORIZON_MS)
  await feeder.pump()
  await feeder.heartbeat()

  const recipients = await recipientsOf(world.database, events)
  /** Messages of the server have no text of their own. */
  const textOf = (payload: unknown) => {
    const { id, text } = payload as { id?: string; text?: string }
    return `${text} ${id}`
  }
  try {
    for (const client of clients) {
      const { start } = client
      if (!start) throw new Error('A client never opened.')
      const own = events.filter(
        ({ position, shard }, index) =>
          recipients[index]!.includes(client.viewer.userId) && comparePositions(position, start[shard]!) > 0,
      )
      await eventually(() => expect(client.taken.length).toBeGreaterThanOrEqual(own.length))
      const taken = client.taken.map(({ event }) => textOf(event?.payload))
      expect([...taken].sort()).toEqual(own.map(({ payload }) => textOf(payload)).sort())
      for (const conversation of conversations) {
        const order = own.filter(({ key }) => key === conversation).map(({ payload }) => textOf(payload))
        expect(taken.filter((text) => order.includes(text))).toEqual(order)
      }
      // A cursor covers what came up to it, and not one event more: so resuming from any of them misses nothing.
      for (const [index, { cursor }] of client.taken.entries()) {
        expect(cursor.length).toBeLessThan(200)
        const vector = decodeCursor(cursor, shards)!
        const covered = own.filter(({ position, shard }) => comparePositions(position, vector[shard]!) <= 0)
        expect(covered.map(({ payload }) => textOf(payload)).sort()).toEqual(taken.slice(0, index + 1).sort())
      }
    }
  } finally {
    for (const client of clients) await disconnect(client)
  }
  for (const node of nodes) expect(node.streams).toBe(0)
}
