/**
 * `npm run bench:revocation`: how long after a session was revoked, a member was removed or banned, or a user was blocked, the
 * last affected stream has ended. README.md says what is affected. The figures are printed, not asserted.
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { print } from 'graphql'
import WebSocket from 'ws'
import { CreateGroupDocument, InboxDocument, PresenceChangesDocument } from '../../client/generated/operations.ts'
import { signRequest } from '../../client/sign.ts'
import { openLoad, type Load } from '../first/load.ts'
import { signIn } from '../first/people.ts'
import type { Person } from '../first/person.ts'
import { startServer } from '../first/server.ts'
import { makeDataFolder } from '../harness/data-folder.ts'

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '1000' }, times: { type: 'string', default: '100' } },
})
const streams = Number(values.streams)
const times = Number(values.times)
/** Sockets that connect at once, below a listener's usual backlog. */
const CONNECTING = 50
const DEADLINE_MS = 30_000

interface Watcher {
  readonly person: Person
  /** Resolves with the time at which a frame, or the close, fits. */
  when(fits: (frame: string) => boolean): Promise<number>
  subscribe(id: string, query: string, variables: object): void
  readonly socket: WebSocket
}

/** One socket, with one stream of the inbox. */
async function watch(wsUrl: string, person: Person): Promise<Watcher> {
  const { pathname, search } = new URL(wsUrl)
  const payload = await signRequest({ session: person.session, method: 'WS', target: pathname + search, body: '' })
  const headers = { 'x-forwarded-for': person.address }
  const socket = new WebSocket(wsUrl, 'graphql-transport-ws', { perMessageDeflate: false, headers })
  let look = (_: string, _at: number) => {}
  const subscribe = (id: string, query: string, variables: object) =>
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }))
  const when: Watcher['when'] = (fits) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`Nothing fitted in ${DEADLINE_MS} ms.`)), DEADLINE_MS)
      look = (frame, at) => {
        if (!fits(frame)) return
        clearTimeout(late)
        look = () => {}
        resolve(at)
      }
    })
  socket.on('message', (data: Buffer) => {
    const frame = data.toString()
    if (frame.startsWith('{"type":"ping"')) socket.send('{"type":"pong"}')
    if (frame.startsWith('{"type":"connection_ack"')) subscribe('inbox', print(InboxDocument), {})
    look(frame, performance.now())
  })
  socket.on('close', (code) => look(`closed ${code}`, performance.now()))
  const opened = when((frame) => frame.includes('InboxOpened'))
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload }))
  await opened
  return { person, when, subscribe, socket }
}

interface Act {
  readonly name: string
  prepare?(victim: Watcher): Promise<unknown>
  readonly ends: (frame: string) => boolean
  run(victim: Watcher): Promise<unknown>
}

function actsOf(load: Load, owner: Person, groupId: string): readonly Act[] {
  const input = (type: string, field: string) =>
    `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`
  const member = (field: string): Act => ({
    name: field,
    ends: (frame) => frame.includes('"MemberLeft"'),
    run: ({ person: { userId } }) =>
      load.ask(input(`${field[0]!.toUpperCase()}${field.slice(1)}Input`, field), { input: { groupId, userId } }, owner),
  })
  return [
    member('removeGroupMember'),
    member('banGroupMember'),
    {
      name: 'blockUser',
      async prepare(victim) {
        const online = victim.when((frame) => frame.includes('"presence"') && frame.includes('"online":true'))
        victim.subscribe('presence', print(PresenceChangesDocument), { userIds: [owner.userId] })
        await online
      },
      ends: (frame) => frame.includes('"presence"') && frame.includes('"online":false'),
      run: ({ person: { userId } }) => load.ask(input('BlockUserInput', 'blockUser'), { input: { userId } }, owner),
    },
    {
      name: 'revokeSessions',
      ends: (frame) => frame === 'closed 4401',
      run: ({ person }) =>
        load.ask(
          input('RevokeSessionsInput', 'revokeSessions'),
          { input: { sessionIds: [person.session.id] } },
          person,
        ),
    },
  ]
}

async function main() {
  using folder = makeDataFolder()
  await using server = await startServer(folder.path, false)
  await using load = openLoad(server.url)
  const people = await signIn(load, folder.path, streams)
  const [owner] = people as [Person]
  const memberIds = people.slice(1, 1 + 2 * times).map(({ userId }) => userId)
  const made = await load.ask(print(CreateGroupDocument), { input: { title: 'Everybody', memberIds } }, owner)
  const acts = actsOf(load, owner, made.createGroup.group.id as string)
  const watchers: Watcher[] = []
  for (let at = 0; at < people.length; at += CONNECTING) {
    const some = people.slice(at, at + CONNECTING).map((person) => watch(server.wsUrl, person))
    watchers.push(...(await Promise.all(some)))
  }
  await server.settled()
  console.log(`${watchers.length} sockets with a stream each, ${times} acts of each kind, ms from the request:`)
  for (const [index, { name, prepare, ends, run }] of acts.entries()) {
    const took: number[] = []
    for (const victim of watchers.slice(1 + index * times, 1 + (index + 1) * times)) {
      await prepare?.(victim)
      const ended = victim.when(ends)
      const began = performance.now()
      await Promise.all([run(victim), ended])
      took.push((await ended) - began)
    }
    took.sort((one, other) => one - other)
    const quantile = (share: number) => (took[Math.ceil(share * took.length) - 1] ?? NaN).toFixed(0)
    console.log(`${name.padEnd(18)} p50 ${quantile(0.5)}  p99 ${quantile(0.99)}  most ${quantile(1)}`)
  }
  for (const { socket } of watchers) socket.terminate()
}

await main()
