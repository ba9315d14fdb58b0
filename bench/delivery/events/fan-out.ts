import { v7 } from 'uuid'
import { kinds } from '../../../roles/event-kinds.ts'
import { note, say, shown, table } from '../report.ts'
import { openWorld, until, type Cost, type User, type World } from './world.ts'
import type { Postgres } from '../postgres.ts'

/** How often each event is repeated: more in small groups, where one costs little. */
const eventsOf = (size: number) => Math.max(3, Math.min(50, Math.round(2_000 / size)))

/** Every kind that many users get, with a payload that its group and its message fit. */
function payloadsOf(group: string, message: string, users: readonly User[]) {
  const [by, other] = [users[0]!.userId, users[1]!.userId]
  const told = users.map(({ userId }) => userId)
  const body = { conversationId: group, sequence: 1, senderId: by, text: 'Hello', sentAt: new Date().toISOString() }
  return {
    'chat.MessageSent': () => ({ ...body, id: v7(), clientMessageId: v7() }),
    'chat.MessageEdited': () => ({ ...body, id: message, clientMessageId: 'first', version: 2 }),
    'chat.ReactionChanged': () => ({
      ...{ conversationId: group, messageId: message, userId: by, authorId: other, emoji: '👍' },
      ...{ added: true, count: 1, named: true },
    }),
    'chat.MessagesRead': () => ({ conversationId: group, userId: by, deviceId: v7(), upTo: 1, told }),
    'groups.GroupUpdated': () => ({ groupId: group, by, changed: ['title'] }),
    'groups.MembersJoined': () => ({ groupId: group, userIds: [other], by }),
  }
}

/**
 * Groups of these sizes: all online, for every kind that goes to all members, and then all offline, for pushes. The figures
 * are from the append to the stream's reader, or to the provider.
 */
export async function measureFanOut(postgres: Postgres, sizes: readonly number[]): Promise<void> {
  await using world = await openWorld(postgres)
  world.startDelivery()
  const rows: string[][] = []
  for (const size of sizes) {
    note(`fan-out to ${size}`)
    const online = await world.users(size)
    let got = 0
    const leave = await inBatches(online, (user) => world.stream(user, () => got++))
    const group = await world.group(online)
    const message = await firstMessage(world, group, online[0]!)
    await until(() => got >= size)
    for (const [kind, payload] of Object.entries(payloadsOf(group, message, online))) {
      // Reading of one's own device is not told to it; here each of its events is of another one.
      const events = eventsOf(size)
      const run = async () => {
        const target = got + events * size
        for (let n = 0; n < events; n++)
          await append(world, kind, kind === 'chat.MessagesRead' ? v7() : group, payload())
        await until(() => got >= target)
      }
      await run()
      rows.push(row(kind, size, events, await world.measure(run)))
    }
    for (const one of leave) await one()

    const offline = await world.users(size)
    const away = await world.group(offline)
    const events = eventsOf(size)
    const push = async () => {
      const target = world.pushed + events * (size - 1)
      for (let n = 0; n < events; n++) {
        await append(world, 'chat.MessageSent', away, payloadsOf(away, v7(), offline)['chat.MessageSent']())
        await until(() => world.pushed >= target - (events - n - 1) * (size - 1))
      }
    }
    await push()
    rows.push(row('chat.MessageSent, by push', size, events, await world.measure(push)))
  }
  say('### Fan-out: CPU-ms by recipient')
  say()
  table(['event', 'recipients', 'CPU-ms an event', 'program + PostgreSQL a recipient', 'CPU-ms a recipient'], rows)
}

function row(kind: string, size: number, events: number, { program, postgres }: Cost): string[] {
  const each = events * size
  return [
    kinds.find(kind)?.name ?? kind,
    String(size),
    shown((program + postgres) / events),
    `${shown(program / each)} + ${shown(postgres / each)}`,
    shown((program + postgres) / each),
  ]
}

async function append(world: World, kind: string, key: string, payload: object): Promise<void> {
  await world.database.transaction(async (sql) => {
    await world.eventLog.lock(sql, key)
    await world.eventLog.append(sql, { kind, key, payload: payload as never })
  })
  await world.bus.publish('events.appended', key)
}

/** A message that reactions and edits are about. */
async function firstMessage(world: World, group: string, { userId }: User): Promise<string> {
  const id = v7()
  await world.database.transaction(async (sql) => {
    await world.eventLog.lock(sql, group)
    const payload = { id, conversationId: group, sequence: 1, senderId: userId, clientMessageId: id, text: 'Hello' }
    const sent = { ...payload, sentAt: new Date().toISOString() }
    const { position } = await world.eventLog.append(sql, { kind: 'chat.MessageSent', key: group, payload: sent })
    await sql.query(
      `insert into chat.receipts
         (sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id)
       values ($1, $2::text, $2::text::uuid, $3, 1, now(), decode(repeat('00', 32), 'hex'), $4, $5::text::xid8, $6)`,
      [userId, id, group, position.epoch, String(position.xid), String(position.id)],
    )
  })
  await world.bus.publish('events.appended', group)
  return id
}

export async function inBatches<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += 500) results.push(...(await Promise.all(all.slice(at, at + 500).map(work))))
  return results
}
