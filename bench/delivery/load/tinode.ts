import {
  type Chat,
  type ChatEvents,
  findMark,
  inParallel,
  markAt,
  markedText,
  numberAfter,
  READ_WHOLE,
} from './chat.ts'
import { openWire, type Wire } from './wire.ts'

export interface TinodePlace {
  /** With the API key. */
  readonly wsUrl: string
}

const CONNECTING = 8
const SEQUENCE = Buffer.from('"seq":')
const EVERYTHING = 'JRWPS'

interface Control {
  readonly id?: string
  readonly code: number
  readonly text: string
  readonly topic?: string
  readonly params?: { readonly user?: string }
}

/**
 * Tinode's own protocol in JSON over its WebSocket: an account per user, made on the socket that is then used, and a
 * subscription to each of the user's topics. Messages are sent on the same socket, not signed. The accounts have no
 * password: hashing 10,000 of them would take a quarter of an hour, and nothing that is measured looks at them.
 */
export function openTinode({ wsUrl }: TinodePlace, events: ChatEvents): Chat {
  const users: { readonly wire: Wire; readonly id: string }[] = []
  const answers = new Map<string, (answer: Control) => void>()
  /** The name of a room for each of its users: in a conversation of two, it is the other user. */
  const topics: ((user: number) => string)[] = []
  let requests = 0

  /** Sends a request, and resolves to its answer; rejects if the answer is an error. */
  const ask = (wire: Wire, kind: string, message: object) =>
    new Promise<Control>((resolve, reject) => {
      const id = String(++requests)
      answers.set(id, (answer) => {
        if (answer.code < 400) resolve(answer)
        else reject(new Error(`Tinode refused ${kind}: ${answer.code} ${answer.text}`))
      })
      wire.send(JSON.stringify({ [kind]: { id, ...message } }))
    })

  const connect = async (user: number) => {
    let frames = 0
    const readWhole = (bytes: Buffer, mark: number) => {
      const { data } = JSON.parse(bytes.toString()) as { data: { topic: string; content: string } }
      const topic = topics[events.roomOf(mark) ?? -1]?.(user)
      if (data.topic !== topic || data.content !== markedText(mark)) {
        events.failed(`User ${user} got ${bytes.toString()}`)
      }
    }
    const wire = await openWire(wsUrl, {
      onText(bytes) {
        const found = findMark(bytes)
        if (found < 0) {
          const { ctrl } = JSON.parse(bytes.toString()) as { ctrl?: Control }
          if (ctrl?.id === undefined) return // what others do: who is there, and the like
          answers.get(ctrl.id)?.(ctrl)
          answers.delete(ctrl.id)
          return
        }
        const mark = markAt(bytes, found)
        if (frames++ % READ_WHOLE === 0) readWhole(bytes, mark)
        events.delivered(user, numberAfter(bytes, SEQUENCE), mark)
      },
      onEnd: (why) => events.failed(`The socket of user ${user}: ${why}`),
    })
    await ask(wire, 'hi', { ver: '0.22', ua: 'bench' })
    const desc = { public: { fn: `Person ${user}` }, defacs: { auth: EVERYTHING, anon: EVERYTHING } }
    const made = await ask(wire, 'acc', { user: 'new', scheme: 'anonymous', login: true, desc })
    const id = made.params?.user
    if (id === undefined) throw new Error('Tinode made an account without an id.')
    users[user] = { wire, id }
  }

  return {
    haveUsers: (count) => inParallel(users.length, count, CONNECTING, connect),
    async openPair(first, second) {
      const [one, other] = [users[first]!, users[second]!]
      await ask(one.wire, 'sub', { topic: other.id })
      await ask(other.wire, 'sub', { topic: one.id })
      return topics.push((user) => (user === first ? other.id : one.id)) - 1
    },
    async openGroup(size) {
      const desc = { public: { fn: `The first ${size}` }, defacs: { auth: EVERYTHING, anon: EVERYTHING } }
      const { topic } = await ask(users[0]!.wire, 'sub', { topic: 'new', set: { desc } })
      if (topic === undefined) throw new Error('Tinode made a group without a name.')
      await inParallel(1, size, CONNECTING, (user) => ask(users[user]!.wire, 'sub', { topic }))
      return topics.push(() => topic) - 1
    },
    async send(user, room, content) {
      await ask(users[user]!.wire, 'pub', { topic: topics[room]!(user), content })
    },
    close() {
      for (const { wire } of users) wire.close()
    },
  }
}
