import { startDelivery } from '../delivery/index.ts'
import { openMemoryQueue } from '../platform/queue/index.ts'
import { silentLog } from '../platform/log/log.ts'
import type { Database, Sql } from '../platform/sql/sql.ts'
import { kinds } from '../roles/event-kinds.ts'
import { openChatWorld } from './support/chat.ts'
import { describeWith } from './support/services.ts'
import { succeed } from './support/subgraph.ts'

/** Counts statements by name, those of transactions too. */
function makeCounter() {
  const counts = new Map<string, number>()
  const count = (text: string) => {
    const name = /^\s*\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? text
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const counted = <T extends Sql>(sql: T): T => ({
    ...sql,
    query(text: string, ...rest: []) {
      count(text)
      return sql.query(text, ...rest)
    },
  })
  return {
    counts,
    database: (database: Database): Database => ({
      ...counted(database),
      transaction(work) {
        count('begin and commit')
        return database.transaction((sql) => work(counted(sql)))
      },
    }),
  }
}

const NAMES = 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { displayName } } }'

async function measure(senders: number, sends: number, members: number) {
  const { counts, database } = makeCounter()
  await using world = await openChatWorld({ database })
  const { eventLog, bus, presence, clock } = world
  await using queue = openMemoryQueue()
  await using _ = startDelivery(
    {
      database: world.database,
      eventLog,
      kinds,
      queue,
      bus,
      presence,
      clock,
      log: silentLog,
      finishWrites: async () => {},
    },
    { alone: true },
  )
  const openRoom = async () => {
    const from = await world.person()
    const others = await Promise.all(Array.from({ length: members }, () => world.person()))
    const id = members === 1 ? await world.direct(from, others[0]!) : await world.group(from, ...others)
    const streams = await Promise.all(others.map((other) => world.subscribe(other)))
    for (const stream of streams) await stream.next()
    return { from, others, id, streams }
  }
  const rooms: Awaited<ReturnType<typeof openRoom>>[] = []
  // A few at a time: a busy machine would keep the last ones waiting for a connection for too long.
  for (let left = senders; left > 0; left -= 8)
    rooms.push(...(await Promise.all(Array.from({ length: Math.min(left, 8) }, openRoom))))
  const nextMessage = async (stream: (typeof rooms)[number]['streams'][number]) => {
    for (;;) {
      const event = await stream.next()
      // As the gateway does it when the socket has the frame: the device needs no push.
      stream.progress(event.cursor)
      if (event.message && event.message.type !== 'SYSTEM') return event.message
    }
  }
  const sendTo = async ({ from, others, id, streams }: (typeof rooms)[number]) => {
    await world.send(from, id)
    const [message] = await Promise.all(streams.map(nextMessage))
    const ids = [{ __typename: 'User', id: message?.sender.id }]
    const name = await succeed(world.people.ask(others[0]!, NAMES, { ids }))
    expect(name._entities).toHaveLength(1)
  }
  await Promise.all(rooms.map(sendTo))
  counts.clear()
  await Promise.all(
    rooms.map(async (room) => {
      for (let n = 0; n < sends / senders; n++) await sendTo(room)
    }),
  )
  const found = Object.fromEntries([...counts].map(([name, calls]) => [name, calls / sends]))
  for (const stream of rooms.flatMap(({ streams }) => streams)) await stream.close()
  return found
}

/** Statements per send at most, of a send that is delivered to all of its room, with the name of its sender. */
type Bounds = Readonly<Record<string, number>>

/** These run by the clock: more of them in a slow run. */
const BY_THE_CLOCK: Bounds = {
  'delivery.announceWorker': 1,
  'delivery.claimPosition': 0.5,
  'delivery.findWorkers': 0.5,
  'delivery.takeLeases': 0.5,
  'delivery.countWorkers': 1,
  'delivery.readPosition': 1,
  'delivery.renewLeases': 1,
  // Where an answer came too late, a push was made.
  'chat.findUnwanted': 0.1,
  'delivery.findNotificationSettings': 0.1,
  'delivery.findShownPushes': 0.1,
  'delivery.notePushes': 0.1,
  'chat.findPushNames': 0.1,
  'groups.findTitles': 0.1,
  'events.readShard': 2,
  // The horizon stood still for five seconds.
  'events.findHoldUp': 0.1,
  // Events that were a second on their way.
  'events.reread': 1,
  'users.countLateErasures': 1,
  'users.findOpenErasures': 1,
  'users.buryNodes': 1,
  // The room of the test looks for revoked sessions every 20 ms.
  'users.findUnannounced': Infinity,
}

const ALONE: Bounds = {
  'chat.appendMessages': 1,
  'events.read': 4,
  // A process that lost its turn for seconds takes its shards anew, and reads who is in a room once more.
  'chat.findParticipants': 0.1,
  'delivery.findChangedTargets': 1.1,
  'delivery.savePositions': 1.1,
  'users.findPeople': 1,
}

const TOGETHER: Bounds = {
  'chat.appendMessages': 0.25,
  'events.read': 0.5,
  'delivery.findChangedTargets': 0.25,
  'delivery.savePositions': 0.25,
  'users.findPeople': 0.25,
}

describeWith('postgres', 'The statements of a send, from the client to the frame with its sender’s name,', () => {
  test.each([
    ['alone', 1, 50, 1, ALONE],
    ['to a group of 40, alone,', 1, 50, 40, ALONE],
    ['beside 63 others', 64, 320, 1, TOGETHER],
  ] as const)(
    '%s are no more than these',
    async (_, senders, sends, members, bounds) => {
      const found = await measure(senders, sends, members)
      const allowed: Bounds = { ...BY_THE_CLOCK, ...bounds }
      const tooMany = Object.entries(found).filter(([name, calls]) => !(calls <= (allowed[name] ?? 0)))
      expect(tooMany).toEqual([])
      // Nothing went another way.
      for (const [name, calls] of Object.entries(bounds)) if (calls > 0.1) expect(found).toHaveProperty([name])
    },
    60_000,
  )
})
