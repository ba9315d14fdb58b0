import { createHash, createHmac, randomUUID } from 'node:crypto'
import { print } from 'graphql'
import {
  CreateGroupDocument,
  InboxDocument,
  OpenDirectConversationDocument,
  SendMessageDocument,
} from '../../../client/generated/operations.ts'
import { signRequest } from '../../../client/sign.ts'
import { type Data, openLoad } from '../../first/load.ts'
import { signIn } from '../../first/people.ts'
import type { Person } from '../../first/person.ts'
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
import { openHttp } from './http.ts'
import { openWire, type Wire } from './wire.ts'

export interface ParleyPlace {
  readonly url: string
  readonly wsUrl: string
  /** The file to which a server in development mode writes one-time passwords. */
  readonly folder: string
  /** The way of sending: signed requests over HTTP, or mutations on the sender's socket. */
  readonly transport: 'http' | 'socket'
  /** The number of HTTP connections. */
  readonly connections: number
}

const CONNECTING = 32
/** Users whose one-time codes wait at the same time: the server keeps no more in its file. */
const SIGNING_IN = 500
/** Maximum members that one request may name. */
const MEMBERS_PER_REQUEST = 500
const ADD_MEMBERS = 'mutation Add($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { group { id } } }'
const SEND = print(SendMessageDocument)
const INBOX = print(InboxDocument)
const SEQUENCE = Buffer.from('"sequence":')

export function openParley(place: ParleyPlace, events: ChatEvents): Chat {
  const { url, wsUrl, folder, transport } = place
  const { origin, pathname, search } = new URL(url)
  const target = pathname + search
  const socketTarget = new URL(wsUrl).pathname + new URL(wsUrl).search
  const load = openLoad(url)
  const http = openHttp(origin, place.connections)
  const people: Person[] = []
  const keys: Buffer[] = []
  const wires: Wire[] = []
  /** The ids of the conversations, by room. */
  const conversations: string[] = []
  const answers = new Map<string, { resolve(): void; reject(error: Error): void }>()
  let operations = 0

  const answered = (id: string, payload: { data?: Data; errors?: unknown } | unknown[]) => {
    const answer = answers.get(id)
    answers.delete(id)
    const isSent = !Array.isArray(payload) && !payload.errors && payload.data?.sendMessage
    if (isSent) answer?.resolve()
    else answer?.reject(new Error(`A send over the socket was answered by ${JSON.stringify(payload)}`))
  }

  const connect = async (user: number) => {
    const { session, address } = people[user]!
    const payload = await signRequest({ session, method: 'WS', target: socketTarget })
    let frames = 0
    let live = () => {}
    const isLive = new Promise<void>((resolve) => (live = resolve))
    const readWhole = (bytes: Buffer, mark: number) => {
      const message = (JSON.parse(bytes.toString()) as { payload: Data }).payload.data?.inbox?.message
      const isRight =
        message?.conversation?.id === conversations[events.roomOf(mark) ?? -1] &&
        typeof message.sender?.displayName === 'string' &&
        message.text === markedText(mark)
      if (!isRight) events.failed(`User ${user} got ${bytes.toString()}`)
    }
    const onControl = (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as { id?: string; type: string; payload?: Data }
      switch (message.type) {
        case 'connection_ack':
          return wire.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: INBOX } }))
        case 'ping':
          return wire.send('{"type":"pong"}')
        case 'next': {
          if (message.id !== '1') return answered(message.id ?? '', message.payload)
          const event = message.payload?.data?.inbox?.__typename
          if (event === 'InboxOpened') return live()
          if (event === 'MembersJoined') return
          // The server's own message that the group was created, or that users joined.
          if (message.payload?.data?.inbox?.message?.text === '') return
          break
        }
        case 'error':
          if (message.id !== '1') return answered(message.id ?? '', message.payload)
          break
        case 'complete':
          if (message.id !== '1') return
      }
      events.failed(`User ${user} got ${bytes.toString()}`)
    }
    const wire = await openWire(wsUrl, {
      headers: { 'x-forwarded-for': address },
      protocol: 'graphql-transport-ws',
      onText(bytes) {
        const found = findMark(bytes)
        if (found < 0) return onControl(bytes)
        const mark = markAt(bytes, found)
        if (frames++ % READ_WHOLE === 0) readWhole(bytes, mark)
        events.delivered(user, numberAfter(bytes, SEQUENCE), mark)
      },
      onEnd: (why) => events.failed(`The socket of user ${user}: ${why}`),
    })
    wires[user] = wire
    wire.send(JSON.stringify({ type: 'connection_init', payload }))
    await isLive
  }

  const keep = (conversationId: string): number => conversations.push(conversationId) - 1

  /** Makes the headers of docs/signing.md with Node's crypto, which takes a fifth of the CPU time of WebCrypto. */
  const sign = (user: number, body: string): Record<string, string> => {
    const { id } = people[user]!.session
    const timestamp = String(Date.now())
    const nonce = randomUUID()
    const hash = createHash('sha256').update(body).digest('hex')
    const text = `POST\n${target}\n${id}\n${timestamp}\n${nonce}\n${hash}`
    const signature = createHmac('sha256', keys[user]!).update(text).digest('hex')
    return {
      'x-forwarded-for': people[user]!.address,
      authorization: `Session ${id}`,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': signature,
    }
  }

  const overHttp = async (user: number, body: string) => {
    const answer = await http.post(target, sign(user, body), body)
    if (!answer.startsWith('{"data":{"sendMessage":{')) throw new Error(`A send was answered by ${answer}`)
  }
  const overSocket = (user: number, body: string) =>
    new Promise<void>((resolve, reject) => {
      const id = `s${++operations}`
      answers.set(id, { resolve, reject })
      wires[user]!.send(`{"id":"${id}","type":"subscribe","payload":${body}}`)
    })

  return {
    async haveUsers(count) {
      const before = people.length
      if (count <= before) return
      while (people.length < count) {
        for (const person of await signIn(load, folder, Math.min(SIGNING_IN, count - people.length))) {
          people.push(person)
          keys.push(Buffer.from(person.session.hmacKey, 'base64url'))
        }
      }
      await inParallel(before, count, CONNECTING, connect)
    },
    async openPair(first, second) {
      const input = { userId: people[second]!.userId }
      const opened = await load.ask(print(OpenDirectConversationDocument), { input }, people[first])
      return keep(opened.openDirectConversation.conversation.id as string)
    },
    async openGroup(size) {
      const [owner, ...members] = people.slice(0, size)
      const ids = members.map(({ userId }) => userId)
      const input = { title: `The first ${size}`, memberIds: ids.slice(0, MEMBERS_PER_REQUEST) }
      const { createGroup } = await load.ask(print(CreateGroupDocument), { input }, owner)
      const groupId = createGroup.group.id as string
      for (let at = MEMBERS_PER_REQUEST; at < ids.length; at += MEMBERS_PER_REQUEST) {
        const added = { groupId, userIds: ids.slice(at, at + MEMBERS_PER_REQUEST) }
        await load.ask(ADD_MEMBERS, { input: added }, owner)
      }
      return keep(groupId)
    },
    send(user, room, text) {
      const input = { conversationId: conversations[room], clientMessageId: randomUUID(), text }
      const body = JSON.stringify({ query: SEND, variables: { input } })
      return transport === 'http' ? overHttp(user, body) : overSocket(user, body)
    },
    close() {
      for (const wire of wires) wire.close()
      http.close()
      void load[Symbol.asyncDispose]()
    },
  }
}
