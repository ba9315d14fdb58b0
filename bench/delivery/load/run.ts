/**
 * The process that makes the load for bench/delivery and has the sockets of its users. Each measured server has one.
 */
import type { Chat } from './chat.ts'
import { makeMeasurement } from './measure.ts'
import { openParley } from './parley.ts'
import type { Answer, Request, Run } from './protocol.ts'
import { openTinode } from './tinode.ts'

const measurement = makeMeasurement()
const { delivered, roomOf, fail: failed } = measurement
const events = { delivered, roomOf, failed }
let chat: Chat | null = null
let users = 0
/** Rooms by their description. They are created on first use. */
const rooms = new Map<string, { readonly number: number; readonly users: readonly number[] }[]>()

async function roomsFor(chat: Chat, wanted: Run['rooms']) {
  const key = JSON.stringify(wanted)
  const known = rooms.get(key)
  if (known) return known
  const made = []
  if ('group' in wanted) {
    made.push({
      number: await chat.openGroup(wanted.group),
      users: Array.from({ length: wanted.group }, (_, at) => at),
    })
  } else {
    for (let pair = 0; pair < wanted.pairs; pair++) {
      const pairUsers = [2 * pair, 2 * pair + 1] as const
      made.push({ number: await chat.openPair(...pairUsers), users: pairUsers })
    }
  }
  rooms.set(key, made)
  return made
}

async function answer(request: Request): Promise<Answer> {
  if (request.type === 'open') {
    chat = request.server === 'parley' ? openParley(request.place, events) : openTinode(request.place, events)
    return {}
  }
  if (!chat) throw new Error('Nothing is open.')
  if (request.type === 'users') {
    if (request.count > users) await chat.haveUsers(request.count)
    users = Math.max(users, request.count)
    return {}
  }
  const { run } = request
  return { outcome: await measurement.run(chat, await roomsFor(chat, run.rooms), run) }
}

process.on('message', (request: Request) => {
  answer(request)
    .catch((error: unknown): Answer => ({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }))
    .then((said) => process.send?.(said))
    .catch(() => process.exit(1))
})
// The bench has ended.
process.on('disconnect', () => process.exit(0))
