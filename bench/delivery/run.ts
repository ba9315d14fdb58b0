/**
 * `npm run bench:delivery`: measures a message's whole way, from the signed send to every recipient's socket, in
 * comparison with other builds and another chat server. README.md describes the figures. They are printed, not
 * asserted.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assetPath } from '../../platform/assets.ts'
import { profiled } from '../first/profile.ts'
import { makeDataFolder } from '../harness/data-folder.ts'
import { makeClosers } from '../../roles/closers.ts'
import { CASE_NAMES, type Case, type CaseName, makeCases } from './cases.ts'
import { type Figures, measureRest, measureRound, type Rest } from './measure.ts'
import { startParley } from './parley.ts'
import type { Peer } from './peer.ts'
import { openPostgres, type Postgres } from './postgres.ts'
import { countStatements } from './statements.ts'
import { startTinode } from './tinode.ts'
import { note, printCase, printRests, printStages, say, table } from './report.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: CASE_NAMES.join(',') },
    users: { type: 'string', default: '200' },
    'per-second': { type: 'string', default: '200' },
    groups: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    transport: { type: 'string', default: 'http' },
    base: { type: 'string' },
    split: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
})

function whole(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new Error(`--${name} is not 1 to 100000: ${text}`)
  return value
}
const list = (text: string) => text.split(',').filter((part) => part !== '')

function readOptions() {
  const only = list(values.cases).map((name) => {
    const found = CASE_NAMES.find((one) => one === name)
    if (!found) throw new Error(`--cases knows ${CASE_NAMES.join(', ')}, not ${name}.`)
    return found
  })
  const { transport } = values
  if (transport !== 'http' && transport !== 'socket') throw new Error('--transport is http or socket.')
  return {
    only: only satisfies CaseName[],
    users: whole(values.users, 'users'),
    perSecond: whole(values['per-second'], 'per-second'),
    groups: list(values.groups).map((size) => whole(size, 'groups')),
    rounds: whole(values.rounds, 'rounds'),
    seconds: whole(values.seconds, 'seconds'),
    transport: transport as 'http' | 'socket',
    base: values.base,
    split: values.split,
    statements: values.statements,
    profile: values.profile,
  }
}
type Options = ReturnType<typeof readOptions>

const OURS = 'parley'
const BASE = 'base'
const TINODE = 'tinode'
/**
 * HTTP connections for sends: the maximum of concurrent sends, and some more for a rate that the server cannot keep.
 */
const CONNECTIONS = 64
const PROFILE_SECONDS = 10
const TOP = 25
const STAGES = [
  'delivery_stage_seconds{stage="log_to_relay"}',
  'delivery_stage_seconds{stage="relay_to_consumer"}',
  'delivery_stage_seconds{stage="consumer_to_socket"}',
  'delivery_publish_to_deliver_seconds',
]

async function* startPeers(folder: string, postgres: Postgres, options: Options): AsyncGenerator<Peer> {
  const { REDIS_URL, RABBITMQ_URL, TINODE_BIN, TINODE_INIT_BIN } = process.env
  const parley = (name: string, build: string) => {
    const services = {
      ...(REDIS_URL && { REDIS_URL, REDIS_PREFIX: `bench-${process.pid}-${name}:` }),
      ...(RABBITMQ_URL && { RABBITMQ_URL, RABBITMQ_PREFIX: `bench-${process.pid}-${name}.` }),
    }
    const { transport, profile: profiling, split } = options
    return startParley(folder, postgres, {
      name,
      build,
      transport,
      connections: CONNECTIONS,
      profiling,
      split,
      services,
    })
  }
  if (TINODE_BIN && TINODE_INIT_BIN) yield startTinode(folder, postgres, { server: TINODE_BIN, init: TINODE_INIT_BIN })
  else say('Tinode is left out: TINODE_BIN and TINODE_INIT_BIN name no programs (README.md says how to make them).')
  if (options.base !== undefined) yield parley(BASE, options.base)
  yield parley(OURS, assetPath('.'))
}

async function measureCase(
  one: Case,
  peers: readonly Peer[],
  postgres: Postgres,
  rests: ReadonlyMap<string, Rest>,
  { rounds, seconds }: Options,
): Promise<Map<string, Figures[]>> {
  const results = new Map<string, Figures[]>(peers.map(({ name }) => [name, []]))
  const restOfOthers = (peer: Peer) =>
    [...rests].reduce((sum, [name, { postgres }]) => (name === peer.name ? sum : sum + Math.max(0, postgres)), 0)
  for (const peer of peers) {
    note(`${one.name}: ${peer.name} warms up`)
    await peer.load.haveUsers(one.users)
    // A first run creates the rooms, compiles the code and fills the caches.
    await measureRound(peer, postgres, one, seconds, 0)
  }
  for (let round = 0; round < rounds; round++) {
    note(`${one.name}: round ${round + 1} of ${rounds}`)
    for (const peer of peers) {
      results.get(peer.name)!.push(await measureRound(peer, postgres, one, seconds, restOfOthers(peer)))
    }
  }
  return results
}

/** Runs each case again, with the profiler in every process of Parley. */
async function profileCase(peer: Peer, one: Case, number: number): Promise<void> {
  const folder = assetPath('.cache/bench-delivery')
  mkdirSync(folder, { recursive: true })
  const { rooms, pace, sends } = one
  for (const [role, inspectorUrl] of peer.inspectors) {
    const file = join(folder, `${peer.name}-${role}-${number + 1}.cpuprofile`)
    note(`${one.name}: ${peer.name}, ${role} is profiled`)
    const work = () => peer.load.run({ rooms, pace, sends, seconds: PROFILE_SECONDS })
    const { parts, functions, callers } = await profiled(inspectorUrl, file, work, TOP)
    say(`### ${peer.name}, ${role}: ${one.name} (${file})`)
    say()
    for (const [title, shares] of [
      ['part', parts],
      ['function', functions],
      ['function of ours, with what it calls', callers],
    ] as const) {
      table(
        [title, 'of the busy time'],
        shares.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]),
      )
    }
  }
}

async function bench(folder: string): Promise<void> {
  const options = readOptions()
  const cases = makeCases(options.only, options)
  await using postgres = await openPostgres(process.env['POSTGRES_URL'] || undefined, folder, options.statements)
  await using closers = makeClosers()
  const peers: Peer[] = []
  const rests = new Map<string, Rest>()
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`
  say(`${machine} at the start, Node ${process.version}, ${options.rounds} rounds of ${options.seconds} s.`)
  say(await postgres.describe())
  for await (const peer of startPeers(folder, postgres, options)) {
    peers.push(closers.use(peer))
    note(`${peer.name} runs: its ${options.users} users come`)
    await peer.load.haveUsers(options.users)
    note(`${peer.name} rests`)
    const others = [...rests.values()].reduce((sum, rest) => sum + rest.postgres, 0)
    rests.set(peer.name, await measureRest(peer, postgres, others))
  }
  const compared = [TINODE, BASE].find((name) => peers.some((peer) => peer.name === name)) ?? null
  say(`Sends of ours: ${options.transport === 'http' ? 'signed requests over HTTP' : 'on the sender’s socket'}.`)
  say()
  for (const one of cases) {
    const results = await measureCase(one, peers, postgres, rests, options)
    say(`### ${one.name}`)
    say()
    printCase(results, compared)
    printStages(results, STAGES)
  }
  printRests(rests)
  if (options.statements) await countStatements(peers, postgres, options.users)
  for (const [at, one] of cases.entries()) for (const peer of peers) await profileCase(peer, one, at)
  note('everything is stopped')
}

async function main(): Promise<void> {
  // When this process ends, its children are ended too, and the folder is removed.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  if (!existsSync('/proc/self/stat')) throw new Error('CPU time is read from /proc: this needs Linux.')
  using folder = makeDataFolder()
  await bench(folder.path)
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
