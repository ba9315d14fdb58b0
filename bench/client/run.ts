/**
 * `npm run bench:client`: 10,000 events of the inbox into a cache of 1,000 conversations: what one costs in the plain state, and in
 * the store with screens that watch it. README.md describes the figures. They are printed, not asserted.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { emptyState, type InboxEventFields, writeEvents } from '../../client/cache/index.ts'
import type { App, ConnectionState } from '../../client/connect.ts'
import { makeWatched } from '../../client/state.ts'
import { openStore } from '../../client/store/index.ts'
import { conversationsPage, eventAt, VIEWER, wholeConversation } from './events.ts'

const { values } = parseArgs({
  options: {
    conversations: { type: 'string', default: '1000' },
    events: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
  },
})
const number = (name: keyof typeof values) => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000) throw new Error(`--${name} is not 1 to 1,000,000.`)
  return value
}
const [conversations, events, rounds] = [number('conversations'), number('events'), number('rounds')]

/** An app whose inbox gives the events as fast as they are taken, and whose queries are answered from memory. */
function fakeApp(taken: () => void) {
  const answers: Readonly<Record<string, (variables: Readonly<Record<string, unknown>>) => unknown>> = {
    Sync: () => ({ sync: { cursor: 'start', hasMore: false, events: [] } }),
    Conversations: ({ after }) => conversationsPage(conversations, Number(after ?? 0)),
    Conversation: ({ id }) => wholeConversation(id as string),
    UnreadCounts: () => ({ unreadCounts: { messages: 0, conversations: 0 } }),
  }
  const query = async (document: { definitions: readonly { name?: { value: string } }[] }, variables: object) =>
    answers[document.definitions[0]?.name?.value ?? '']?.(variables as Record<string, unknown>)
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  let end: () => void = () => undefined
  const over = new Promise<void>((resolve) => (end = resolve))
  async function* subscribe() {
    await begun
    for (let n = 0; n < events; n++) yield { inbox: eventAt(n, conversations) }
    taken()
    await over
  }
  const connection = makeWatched<ConnectionState>({ phase: 'open' })
  return { app: { query, mutate: query, subscribe, connection } as unknown as App, begin, end }
}

/** CPU µs of the process since `start`, for each event. */
const microsEach = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / events
}

/** The events in the state, without anybody who looks. */
function plain(): number {
  const state = emptyState()
  const { edges } = conversationsPage(conversations, 0, conversations).conversations
  for (const { node } of edges) {
    state.entities.set(`Conversation:${node.id}`, { ...node, listedUpTo: 0, preferencesUpTo: 0 })
  }
  state.lists.set(
    'conversations',
    edges.map(({ node }) => `Conversation:${node.id}` as const),
  )
  const all = Array.from({ length: events }, (_, n) => eventAt(n, conversations) as InboxEventFields)
  const start = process.cpuUsage()
  for (const event of all) writeEvents(state, [event], VIEWER)
  return microsEach(start)
}

interface Seen {
  readonly micros: number
  readonly calls: number
}

/** The events in a store whose whole list is on the screen, and `open` conversations with their messages. */
async function watched(open: number): Promise<Seen> {
  let done: () => void = () => undefined
  const all = new Promise<void>((resolve) => (done = resolve))
  const { app, begin, end } = fakeApp(() => done())
  await using store = openStore({ app, userId: VIEWER })
  let calls = 0
  const list = store.conversations()
  const stops = [list.watch(() => void calls++), store.unread().watch(() => void calls++)]
  for (let n = 0; n < open; n++) stops.push(store.messages(`conversation-${n}`).watch(() => void calls++))
  await new Promise((resolve) => setTimeout(resolve, 100))
  while (list.get().hasMore) await list.loadMore()
  calls = 0
  const start = process.cpuUsage()
  begin()
  await all
  const micros = microsEach(start)
  for (const stop of stops) stop()
  end()
  return { micros, calls }
}

console.log(
  `${events} events, ${conversations} conversations, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}`,
)
plain() // warms up
for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round}`)
  console.log(`  the state alone                   ${plain().toFixed(1)} µs of CPU an event`)
  for (const open of [1, 20]) {
    const { micros, calls } = await watched(open)
    const name = `the list and ${open} open`.padEnd(34)
    const each = calls > 0 ? `${((micros * events) / calls).toFixed(1)} µs a call of a listener` : 'no listener called'
    console.log(`  ${name}${micros.toFixed(1)} µs of CPU an event, ${calls} calls, ${each}`)
  }
}
