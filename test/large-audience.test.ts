import { v7 } from 'uuid'
import { makeFeed } from '../delivery/online.ts'
import { startInboxNode } from '../inbox/index.ts'
import { consumerChannel, parseAnswer } from '../inbox/protocol.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { openMemoryBus, openRedisBus } from '../platform/bus/index.ts'
import { openEventLog } from '../platform/eventlog/log.ts'
import { silentLog } from '../platform/log/log.ts'
import { openMemoryPresence } from '../platform/presence/index.ts'
import { createDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { kinds } from './support/kinds.ts'
import { describeWith, requireUrl } from './support/services.ts'

const MEMBERS = 100_000

/** A group whose members all have a stream on one node, and what became of the events that are sent to them. */
async function deliver(open: () => Promise<Bus>) {
  await using db = await createDatabase()
  const { database } = db
  const eventLog = await openEventLog(database, kinds)
  const [group, users] = [v7(), Array.from({ length: MEMBERS }, () => v7())]
  await database.query(`insert into groups.room (id, title, created_at) values ($1, 'Many', now())`, [group])
  await database.query(
    `insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
     select $1::uuid, u, 'MEMBER', now(), 0, '0', n from unnest($2::uuid[]) with ordinality as x (u, n)`,
    [group, users],
  )
  await db.settled()
  await using bus = await open()
  let lose = (_text: string) => false
  const sent: number[] = []
  const lossy: Bus = {
    ...bus,
    async publish(channel, text) {
      if (lose(text)) return 1
      if (channel.startsWith('node:')) sent.push(Buffer.byteLength(text))
      return bus.publish(channel, text)
    },
  }
  const clock = { now: () => Date.now() }
  await using presence = openMemoryPresence({ clock })
  const nodeId = v7()
  await using node = await startInboxNode({ database, eventLog, kinds, bus, presence, clock, log: silentLog, nodeId })

  const got = new Map<string, string[]>()
  for (let at = 0; at < users.length; at += 5_000) {
    await Promise.all(
      users.slice(at, at + 5_000).map(async (userId) => {
        const texts: string[] = []
        got.set(userId, texts)
        let progressed = (_cursor: string) => {}
        const stream = await node.openStream({
          viewer: { userId, deviceId: userId },
          after: null,
          onProgress: (listener) => (progressed = listener),
        })
        stream.pour(
          ({ cursor, event }) => {
            if (event) texts.push((event.payload as { text: string }).text)
            progressed(cursor)
            return undefined
          },
          () => {},
        )
      }),
    )
  }

  const reached = new Map<string, Set<string>>()
  await using _ = await bus.listen(consumerChannel('consumer'), (text) => {
    const answer = parseAnswer(text)
    if (answer?.type !== 'reached') return
    const devices = reached.get(answer.position) ?? new Set()
    reached.set(answer.position, devices)
    for (const { deviceId } of answer.devices) devices.add(deviceId)
  })
  const [shardRow] = (await database.query<{ shard: number }>('select events.shard_of($1) as shard', [group])).rows
  const feed = makeFeed(lossy, 'consumer', shardRow!.shard, await eventLog.head(database))
  const say = async (text: string) => {
    const payload = { id: v7(), conversationId: group, sequence: 1, senderId: users[0]!, text }
    await database.transaction(async (sql) => {
      await eventLog.lock(sql, group)
      await eventLog.append(sql, { kind: 'chat.MessageSent', key: group, payload })
    })
    await db.settled()
    const { rows } = await database.query<{ epoch: number; xid: string; id: string; at: Date; payload: never }>(
      'select epoch, xid, id, at, payload from events.log where key = $1 order by epoch desc, xid desc, id desc limit 1',
      [group],
    )
    const { epoch, xid, id, at } = rows[0]!
    const position = { epoch, xid: BigInt(xid), id: BigInt(id) }
    const event = { kind: 'chat.MessageSent', key: group, shard: shardRow!.shard, at, payload, position }
    const absent = await feed.send(event, new Map([[nodeId, users]]))
    feed.decided(position)
    expect(absent).toEqual([])
    return `${epoch}:${xid}:${id}`
  }
  const everybodyHas = (texts: readonly string[]) =>
    eventually(() => {
      let wrong = 0
      for (const own of got.values()) if (own.join() !== texts.join()) wrong++
      expect(wrong).toBe(0)
    }, 60_000)

  const first = await say('whole')
  await everybodyHas(['whole'])
  await eventually(() => expect(reached.get(first)?.size).toBe(MEMBERS), 60_000)
  expect(sent).toHaveLength(4)
  expect(Math.max(...sent)).toBeLessThanOrEqual(1024 * 1024)

  // The bus loses a part in the middle: the heartbeat shows it, and the node reads the log.
  lose = (text) => text.includes('"part":2')
  await say('in the log')
  lose = () => false
  feed.heartbeat([nodeId])
  await everybodyHas(['whole', 'in the log'])

  // What comes next is right again.
  const last = await say('again')
  await everybodyHas(['whole', 'in the log', 'again'])
  await eventually(() => expect(reached.get(last)?.size).toBe(MEMBERS), 60_000)
}

describeWith('postgres', 'An event for 100,000 users on one node', () => {
  test('comes to each of them once by the embedded bus, also if a part of it is lost', async () => {
    await deliver(async () => openMemoryBus())
  }, 180_000)
})

describeWith('redis', 'An event for 100,000 users on one node', () => {
  test('comes to each of them once by Redis, also if a part of it is lost', async () => {
    await deliver(() => openRedisBus({ url: requireUrl('redis'), prefix: `large-${v7()}:`, log: silentLog }))
  }, 180_000)
})
