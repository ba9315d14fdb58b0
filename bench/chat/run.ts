/**
 * `npm run bench:chat`: what a page of history costs in a conversation of 1,000 and of 1,000,000 messages, and what a send
 * costs alone and beside others, in 1, 10 and 100 conversations. README.md describes the figures. They are printed, not
 * asserted.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { print } from 'graphql'
import { OpenDirectConversationDocument, SendMessageDocument } from '../../client/generated/operations.ts'
import { connect } from '../../platform/sql/connection.ts'
import { openPostgres, type Postgres } from '../delivery/postgres.ts'
import { type Load, openLoad } from '../first/load.ts'
import { signIn } from '../first/people.ts'
import type { Person } from '../first/person.ts'
import { type Server, startServer } from '../first/server.ts'
import { makeDataFolder } from '../harness/data-folder.ts'
import { fillHistory } from './history.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000,1000000' },
    pages: { type: 'string', default: '300' },
    sends: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
})
const numbers = (name: keyof typeof values, most: number) =>
  values[name].split(',').map((text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${name} is not 1 to ${most}.`)
    return value
  })
const [pages, sends, rounds] = [numbers('pages', 100_000)[0]!, numbers('sends', 100_000)[0]!, numbers('rounds', 20)[0]!]

/** Services of this environment that the program uses in place of those in memory. */
const services = Object.fromEntries(
  ['MONGODB_URL', 'REDIS_URL', 'RABBITMQ_URL'].flatMap((name) => {
    const url = process.env[name]
    return url ? [[name, url]] : []
  }),
)

const FIELDS =
  'edges { cursor node { id sequence text type sentAt sender { id displayName } } } pageInfo { hasNextPage }'
/** The arguments of a page, of a conversation with so many messages. */
const PAGES: Readonly<Record<string, (count: number) => string>> = {
  'the last 50': () => 'last: 50',
  'the first 50': () => 'first: 50',
  '50 from the middle': (count) => `from: ${Math.floor(count / 2)}, first: 50`,
}

interface Place {
  readonly server: Server
  readonly postgres: Postgres
}

interface Figures {
  readonly unit: string
  readonly program: number
  readonly postgres: number
  readonly perSecond: number
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Runs one round to warm up, and then as many as were asked for; the medians count. */
async function measure({ server, postgres }: Place, unit: string, count: number, run: () => Promise<unknown>) {
  await run()
  const figures: Figures[] = []
  for (let round = 0; round < rounds; round++) {
    await server.settled()
    const [program, database, startedAt] = [server.cpu().program, postgres.cpu(), performance.now()]
    await run()
    const seconds = (performance.now() - startedAt) / 1_000
    await server.settled()
    figures.push({
      unit,
      program: (server.cpu().program - program) / count,
      postgres: (postgres.cpu() - database) / count,
      perSecond: count / seconds,
    })
  }
  const of = (part: 'program' | 'postgres' | 'perSecond') => median(figures.map((one) => one[part]))
  return { unit, program: of('program'), postgres: of('postgres'), perSecond: of('perSecond') }
}

const say = (line = '') => process.stdout.write(`${line}\n`)
function show(figures: readonly Figures[]): void {
  say('| unit | program, CPU-ms | PostgreSQL, CPU-ms | per second |')
  say('| --- | --- | --- | --- |')
  for (const { unit, program, postgres, perSecond } of figures)
    say(`| ${unit} | ${program.toFixed(2)} | ${postgres.toFixed(2)} | ${perSecond.toFixed(0)} |`)
  say()
}

async function openDirect(load: Load, from: Person, to: Person): Promise<string> {
  const input = { userId: to.userId }
  const { openDirectConversation } = await load.ask(print(OpenDirectConversationDocument), { input }, from)
  return openDirectConversation.conversation.id as string
}

async function benchHistory(place: Place, databaseUrl: string, load: Load, folder: string): Promise<Figures[]> {
  const figures: Figures[] = []
  for (const count of numbers('messages', 10_000_000)) {
    const [reader, other] = (await signIn(load, folder, 2)) as [Person, Person]
    const id = await openDirect(load, reader, other)
    const client = await connect(databaseUrl)
    await fillHistory(client, { id, senders: [reader.userId, other.userId], count })
    await client.end()
    for (const [name, args] of Object.entries(PAGES)) {
      const query = `query Page($id: ID!) { conversation(id: $id) { messages(${args(count)}) { ${FIELDS} } } }`
      const unit = `${name} of ${count.toLocaleString('en')}`
      figures.push(await measure(place, unit, pages, () => load.each(pages, () => load.ask(query, { id }, reader))))
    }
  }
  return figures
}

async function benchSends(place: Place, url: string, folder: string): Promise<Figures[]> {
  const figures: Figures[] = []
  const cases = [
    { unit: 'one at a time, 1 conversation', conversations: 1, atOnce: 1 },
    ...[1, 10, 100].map((conversations) => ({
      unit: `32 at once, ${conversations} conversation${conversations > 1 ? 's' : ''}`,
      conversations,
      atOnce: 32,
    })),
  ]
  for (const { unit, conversations, atOnce } of cases) {
    await using load = openLoad(url, atOnce)
    const people = await signIn(load, folder, 2 * conversations)
    const ids = await load.each(conversations, (at) => openDirect(load, people[2 * at]!, people[2 * at + 1]!))
    const count = atOnce === 1 ? Math.ceil(sends / 4) : sends
    const run = () =>
      load.each(count, (index) => {
        const at = index % conversations
        const input = {
          conversationId: ids[at],
          clientMessageId: randomUUID(),
          text: 'It is the time that you wasted.',
        }
        return load.ask(print(SendMessageDocument), { input }, people[2 * at]!)
      })
    figures.push(await measure(place, unit, count, run))
  }
  return figures
}

async function bench(folder: string): Promise<void> {
  await using postgres = await openPostgres(process.env['POSTGRES_URL'] || undefined, folder, false)
  const databaseUrl = await postgres.makeDatabase(`bench_chat_${process.pid}`)
  const data = join(folder, 'data')
  mkdirSync(data)
  await using server = await startServer(data, false, { env: { ...services, POSTGRES_URL: databaseUrl } })
  const place = { server, postgres }
  const used = Object.keys(services).length > 0 ? Object.keys(services).join(', ') : 'the rest in memory'
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, PostgreSQL and ${used}.`,
  )
  say(`CPU time, user and system, per unit: the median of ${rounds} rounds.`)
  say()
  if (services['MONGODB_URL'] === undefined) {
    await using load = openLoad(server.url)
    say('Pages of history, 8 requests at once:')
    say()
    show(await benchHistory(place, databaseUrl, load, data))
  }
  say('Sends, their recipients offline: with the push decision for who is not there.')
  say()
  show(await benchSends(place, server.url, data))
}

{
  using folder = makeDataFolder()
  await bench(folder.path)
}
