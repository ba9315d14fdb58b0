/**
 * `npm run bench:subscriptions`: CPU time per 1,000 deliveries to 1,000 sockets, side by side. README.md says how to read it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { cpuOf, limitTime, temporaryFolder, withChildren } from '../harness/children.mjs'
import { describeMachine, note, printResults, say } from '../harness/figures.mjs'
import { profiled } from '../harness/profile.mjs'
import { startWorld } from '../harness/world.mjs'
import { everybodyHears, openClients } from './clients.mjs'
import { columns } from './columns.mjs'
import { measureMemory } from './memory.mjs'
import { toRedis, toSocketIo, toSubgraph } from './publishers.mjs'

const USAGE =
  'npm run bench:subscriptions -- [--rounds 5] [--seconds 1] [--sockets 1000] [--only ours,relay] [--column all] [--core DIR]… [--profile] [--memory 10000] [--minutes 15]'

const PROFILE_MS = 5_000
/** Deliveries before anything is measured: by then what is run often is compiled. It takes this long at least and at most. */
const WARM = 20_000
const WARM_MS = [1_000, 8_000]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    sockets: { type: 'string', default: '1000' },
    only: { type: 'string' },
    column: { type: 'string' },
    /** Built copies of gateway/core to measure beside each other; the default is the one in dist/. */
    core: { type: 'string', multiple: true, default: [join(import.meta.dirname, '../../dist/gateway/core')] },
    /** Afterwards, where the CPU time of ours goes. */
    profile: { type: 'boolean' },
    /** Instead of all that: the resident memory of so many idle subscriptions. */
    memory: { type: 'string' },
    /** After so many minutes it ends with what it has. */
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean' },
  },
})

const file = (name) => join(import.meta.dirname, name)

function allPeers() {
  const ours = values.core.map((folder, index) => ({
    name: index === 0 ? 'ours' : `ours: ${folder}`,
    file: file('../gateway/ours.mjs'),
    options: { core: pathToFileURL(join(folder, 'index.js')).href },
    source: 'subgraph',
  }))
  return [
    { name: 'relay', file: file('../peers/relay.mjs'), protocol: 'relay' },
    ...ours,
    { name: 'graphql-ws', file: file('../peers/graphql-ws.mjs') },
    { name: 'socket.io', file: file('../peers/socket-io.mjs'), protocol: 'socket.io', source: 'socket.io' },
    { name: 'mercurius', file: file('../peers/mercurius.mjs'), source: 'subgraph' },
    { name: 'hive', file: file('../peers/hive.mjs'), source: 'subgraph' },
    { name: 'hive-rust', file: file('../peers/hive.mjs'), options: { rust: true }, source: 'subgraph' },
  ]
}

async function main() {
  if (values.help) return say(USAGE)
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc: this needs Linux.')
  const [rounds, seconds, sockets] = [values.rounds, values.seconds, values.sockets].map(Number)
  const only = values.only?.split(',')
  const wanted = allPeers().filter(
    ({ name }) => !only || only.some((part) => name === part || name.startsWith(`${part}:`)),
  )
  const asked = columns.filter(({ name }) => !values.column || name.includes(values.column))
  if (wanted.length === 0 || asked.length === 0) throw new Error(USAGE)

  await withChildren((start) => bench(start, { wanted, asked, rounds, seconds, sockets }))
}

async function bench(start, { wanted, asked, rounds, seconds, sockets }) {
  describeMachine()
  const world = await startWorld(start)
  const redis = await start('redis', file('../harness/redis.mjs'))
  const supergraph = join(temporaryFolder(), 'supergraph.graphql')
  writeFileSync(supergraph, world.supergraphSdl)
  const given = { supergraph, subgraphs: world.subgraphs, redis: redis.url }
  const sources = {
    subgraph: await toSubgraph(world.subgraphs.chat.controlUrl),
    redis: toRedis(redis.url),
    'socket.io': await toSocketIo(redis.url),
  }
  const peers = wanted.map(({ source = 'redis', ...peer }) => ({
    ...peer,
    source: sources[source],
    given: { ...given, ...peer.options },
  }))
  const close = () => Object.values(sources).forEach((source) => source.close())
  if (values.memory) return measureMemory(peers, asked, Number(values.memory)).finally(close)

  const results = new Map(wanted.map(({ name }) => [name, new Map()]))
  const print = () => {
    say(
      `CPU-ms of the serving process per 1,000 deliveries to ${sockets} sockets, ${rounds} interleaved rounds of ${seconds} s:`,
    )
    say(
      'median (least–most), and the median quotient by round: to the raw relay where one event goes to all, elsewhere to graphql-ws.',
    )
    say()
    printResults(
      wanted.map(({ name }) => name),
      asked.map(({ name }) => name),
      results,
      {
        unit: 'CPU-ms per 1,000 deliveries',
        reference: (name) => (name === 'one event for all' ? 'relay' : 'graphql-ws'),
      },
    )
  }
  limitTime(Number(values.minutes), print)
  const running = []
  for (const peer of peers) {
    try {
      running.push({ ...peer, ...(await start(peer.name, peer.file, peer.given)) })
    } catch (error) {
      say(`${peer.name} is left out: ${error.message}`)
      for (const { name } of asked) results.get(peer.name).set(name, 'did not start')
    }
  }
  for (const column of asked) await measure(column, running, results, { rounds, seconds, sockets })
  close()

  print()
}

/** One column: everybody's sockets are open at once, and the peers take turns. */
async function measure(column, running, results, { rounds, seconds, sockets }) {
  const ready = []
  const work = async ({ peer, clients }, ms) => {
    const before = clients.total()
    await column.run({ ...clients, publish: peer.source.publish, until: performance.now() + ms })
    return clients.total() - before
  }
  const failed = ({ peer, clients }, error) => {
    say(`${peer.name}, ${column.name}: ${error?.message}`)
    results.get(peer.name).set(column.name, 'failed')
    clients?.close()
  }
  for (const peer of running) {
    if (peer.columns && !peer.columns.includes(column.name)) continue
    note(`${column.name}: ${peer.name}, ${sockets} sockets`)
    let clients
    try {
      clients = await openClients({ peer, count: sockets, column })
      await everybodyHears(clients, peer.source)
      await work({ peer, clients }, WARM_MS[0])
      for (const end = performance.now() + WARM_MS[1]; clients.total() < WARM && performance.now() < end;) {
        await work({ peer, clients }, 500)
      }
      ready.push({ peer, clients, figures: [] })
    } catch (error) {
      failed({ peer, clients }, error)
    }
  }
  for (let round = 0; round < rounds; round++) {
    note(`${column.name}: round ${round + 1}`)
    for (const one of ready) {
      if (one.clients.failure()) continue
      const before = cpuOf(one.peer.pid)
      try {
        const count = await work(one, seconds * 1_000)
        one.figures.push(((cpuOf(one.peer.pid) - before) / count) * 1_000)
      } catch (error) {
        failed(one, error)
      }
    }
  }
  for (const { peer, clients, figures } of ready) {
    if (clients.failure()) continue
    results.get(peer.name).set(column.name, figures)
    if (values.profile && peer.name === 'ours') {
      await profiled(peer, `subscriptions-${columns.indexOf(column) + 1}`, column.name, () =>
        work({ peer, clients }, PROFILE_MS),
      )
    }
    clients.close()
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? error}\n`)
  process.exitCode = 1
})
