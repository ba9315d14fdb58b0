/**
 * `npm run bench:first`: measures the CPU time of a signed query, a signed send and a delivery to 1,000 sockets, with
 * everything embedded. README.md describes the figures. They are printed, not asserted.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { print } from 'graphql'
import {
  CreateGroupDocument,
  OpenDirectConversationDocument,
  SendMessageDocument,
} from '../../client/generated/operations.ts'
import { assetPath } from '../../platform/assets.ts'
import { makeDataFolder } from '../harness/data-folder.ts'
import { type Inboxes, type Load, openInboxes, openLoad } from './load.ts'
import { signIn } from './people.ts'
import type { Person } from './person.ts'
import { profiled, type Share } from './profile.ts'
import { type Cpu, type Server, startServer } from './server.ts'

const { values } = parseArgs({
  options: {
    profile: { type: 'boolean', default: false },
    sockets: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    queries: { type: 'string', default: '3000' },
    sends: { type: 'string', default: '400' },
    messages: { type: 'string', default: '30' },
  },
})
const number = (name: 'sockets' | 'rounds' | 'queries' | 'sends' | 'messages') => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1 || value > 20_000) throw new Error(`--${name} is not 1 to 20000.`)
  return value
}

/** One kind of work that is measured. `run` does a number of units of it. */
interface Work {
  readonly name: string
  readonly count: number
  run(count: number): Promise<unknown>
}

const ONE_FIELD = 'query Me { me { id } }'
/** The number of conversations, to which the sends go in turn. */
const PAIRS = 16
const REST_SECONDS = 10
/** Maximum members that one request may name. */
const MEMBERS_PER_REQUEST = 500
const ADD_MEMBERS = 'mutation Add($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { group { id } } }'

async function makeGroup(load: Load, owner: Person, members: readonly Person[]): Promise<string> {
  const ids = members.map((member) => member.userId)
  const input = { title: 'Everybody', memberIds: ids.slice(0, MEMBERS_PER_REQUEST) }
  const { createGroup } = await load.ask(print(CreateGroupDocument), { input }, owner)
  const groupId = createGroup.group.id as string
  for (let at = MEMBERS_PER_REQUEST; at < ids.length; at += MEMBERS_PER_REQUEST) {
    const userIds = ids.slice(at, at + MEMBERS_PER_REQUEST)
    await load.ask(ADD_MEMBERS, { input: { groupId, userIds } }, owner)
  }
  return groupId
}

function send(load: Load, sender: Person, conversationId: string): Promise<unknown> {
  const input = { conversationId, clientMessageId: randomUUID(), text: 'It is the time that you have wasted for it.' }
  return load.ask(print(SendMessageDocument), { input }, sender)
}

interface World extends AsyncDisposable {
  readonly works: readonly Work[]
}

/**
 * Creates pairs of people who write to each other without sockets, and a group whose members, except the owner, have
 * sockets.
 */
async function makeWorld(server: Server, load: Load, folder: string): Promise<World> {
  const sockets = number('sockets')
  const people = await signIn(load, folder, 2 * PAIRS + 1 + sockets)
  const [senders, silent] = [people.slice(0, PAIRS), people.slice(PAIRS, 2 * PAIRS)]
  const [owner, ...members] = people.slice(2 * PAIRS) as [Person, ...Person[]]
  const conversations = await load.each(PAIRS, async (index) => {
    const input = { userId: silent[index]?.userId }
    const { openDirectConversation } = await load.ask(print(OpenDirectConversationDocument), { input }, senders[index])
    return openDirectConversation.conversation.id as string
  })
  const group = await makeGroup(load, owner, members)
  // Opened after the sends without sockets were measured.
  let inboxes: Inboxes | null = null
  let sent = 0
  return {
    works: [
      {
        name: 'signed query of one field',
        count: number('queries'),
        run: (count) => load.each(count, (index) => load.ask(ONE_FIELD, {}, senders[index % PAIRS])),
      },
      {
        name: 'signed send, its recipient offline',
        count: number('sends'),
        run: (count) =>
          load.each(count, (index) => {
            const at = index % PAIRS
            return send(load, senders[at]!, conversations[at]!)
          }),
      },
      {
        name: `send to a group with ${sockets} sockets`,
        count: number('messages'),
        async run(count) {
          inboxes ??= await openInboxes(server.wsUrl, members)
          for (let index = 0; index < count; index++) {
            await send(load, owner, group)
            await inboxes.received(++sent)
          }
        },
      },
    ],
    async [Symbol.asyncDispose]() {
      await inboxes?.[Symbol.asyncDispose]()
    },
  }
}

interface Figures {
  readonly unit: string
  /** CPU time per unit of each round, ascending. */
  readonly program: readonly number[]
  readonly postgres: readonly number[]
  readonly wall: readonly number[]
}

async function measure(server: Server, work: Work, rounds: number): Promise<Figures> {
  await work.run(Math.max(1, Math.ceil(work.count / 3))) // compiled code, warm caches, sockets open
  const program: number[] = []
  const postgres: number[] = []
  const wall: number[] = []
  for (let round = 0; round < rounds; round++) {
    await server.settled()
    const [before, startedAt] = [server.cpu(), performance.now()]
    await work.run(work.count)
    wall.push((performance.now() - startedAt) / work.count)
    await server.settled()
    const after = server.cpu()
    const perUnit = (part: keyof Cpu) => (after[part] - before[part]) / work.count
    program.push(perUnit('program'))
    postgres.push(perUnit('postgres'))
  }
  const sorted = (figures: number[]) => figures.sort((a, b) => a - b)
  return { unit: work.name, program: sorted(program), postgres: sorted(postgres), wall: sorted(wall) }
}

/** The CPU time of the idle program. Every figure above includes it for the duration of its round. */
async function measureRest(server: Server, name: string): Promise<Figures> {
  await server.settled()
  const before = server.cpu()
  await delay(REST_SECONDS * 1_000)
  const after = server.cpu()
  const perSecond = (part: keyof Cpu) => [(after[part] - before[part]) / REST_SECONDS]
  return { unit: name, program: perSecond('program'), postgres: perSecond('postgres'), wall: [1_000] }
}

const say = (line = '') => process.stdout.write(`${line}\n`)
const median = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? NaN
const shown = (sorted: readonly number[], digits = 3) =>
  `${median(sorted).toFixed(digits)} (${sorted[0]?.toFixed(digits)} to ${sorted.at(-1)?.toFixed(digits)})`

function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  say([line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'))
  say()
}

function printShares(title: string, meaning: string, shares: readonly Share[]): void {
  table(
    [title, meaning],
    shares.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]),
  )
}

async function bench(folder: string): Promise<void> {
  const [rounds, sockets] = [number('rounds'), number('sockets')]
  await using server = await startServer(folder, values.profile)
  await using load = openLoad(server.url)
  say(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds.`)
  say('CPU-ms, user and system, per unit: median (least to most). Wall: until answered, or until on every socket.')
  say()
  await using world = await makeWorld(server, load, folder)
  const figures: Figures[] = []
  for (const work of world.works) figures.push(await measure(server, work, rounds))
  figures.push(await measureRest(server, `a second of rest with ${sockets} sockets`))
  table(
    ['unit', 'program', 'embedded PostgreSQL', 'wall ms'],
    figures.map(({ unit, program, postgres, wall }) => [unit, shown(program), shown(postgres), shown(wall, 1)]),
  )
  const [, alone, toAll] = figures
  if (alone && toAll) {
    const each = ((median(toAll.program) - median(alone.program)) / sockets) * 1_000
    say(`One inbox delivery: ${each.toFixed(1)} CPU-µs of the program, the send itself left out.`)
    say()
  }
  if (!server.inspectorUrl) return
  const profiles = assetPath('.cache/bench-first')
  mkdirSync(profiles, { recursive: true })
  say('Where the time goes. (program) is the runtime outside JavaScript: system calls, mostly for sockets.')
  say()
  for (const [index, work] of world.works.entries()) {
    const file = join(profiles, `${index + 1}.cpuprofile`)
    const { parts, functions, callers } = await profiled(server.inspectorUrl, file, () => work.run(work.count))
    say(`${work.name} (${file})`)
    say()
    printShares('part', 'self time', parts)
    printShares('function', 'self time', functions)
    printShares('function of ours', 'with what it calls', callers)
  }
}

async function main(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc: this needs Linux.')
  using folder = makeDataFolder()
  await bench(folder.path)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
