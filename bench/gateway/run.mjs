/**
 * `npm run bench:gateway`: CPU time of gateways per request, side by side. README.md says how to read it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { Pool } from 'undici'
import { cpuOf, limitTime, temporaryFolder, withChildren } from '../harness/children.mjs'
import { describeMachine, note, printResults, say } from '../harness/figures.mjs'
import { profiled } from '../harness/profile.mjs'
import { startWorld } from '../harness/world.mjs'
import { cases } from './cases.mjs'

const USAGE =
  'npm run bench:gateway -- [--rounds 5] [--seconds 1] [--only ours,mercurius] [--case hops] [--core DIR]… [--profile] [--minutes 15]'

/** Concurrent requests, each on a keep-alive connection. */
const CONCURRENCY = 8
/** People asking in turn: more than are asked for at once, few enough that every subgraph has their answers at hand. */
const VIEWERS = 64
const PROFILE_MS = 5_000

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    case: { type: 'string' },
    /** Built copies of gateway/core to measure beside each other; the default is the one in dist/. */
    core: { type: 'string', multiple: true, default: [join(import.meta.dirname, '../../dist/gateway/core')] },
    /** Afterwards, where the CPU time of ours goes. */
    profile: { type: 'boolean' },
    /** After so many minutes it ends with what it has. */
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean' },
  },
})

const file = (name) => join(import.meta.dirname, name)

function allPeers() {
  const ours = values.core.map((folder, index) => ({
    name: index === 0 ? 'ours' : `ours: ${folder}`,
    file: file('ours.mjs'),
    options: { core: pathToFileURL(join(folder, 'index.js')).href },
  }))
  return [
    ...ours,
    { name: 'floor', file: file('floor.mjs'), only: 'one field' },
    { name: 'mercurius', file: file('../peers/mercurius.mjs') },
    { name: 'mercurius-jit', file: file('../peers/mercurius.mjs'), options: { jit: true } },
    { name: 'apollo-undici', file: file('../peers/apollo.mjs'), options: { undici: true } },
    { name: 'apollo', file: file('../peers/apollo.mjs') },
    { name: 'hive', file: file('../peers/hive.mjs') },
    { name: 'hive-rust', file: file('../peers/hive.mjs'), options: { rust: true } },
  ]
}

/** Asks for `ms`, `CONCURRENCY` requests at once, and says how many were answered. */
async function load(url, { query }, ms) {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: CONCURRENCY, pipelining: 1 })
  const requests = Array.from({ length: VIEWERS }, (_, viewer) => requestOf(query, `v${viewer}`))
  const end = performance.now() + ms
  let count = 0
  const worker = async () => {
    while (performance.now() < end) {
      const response = await pool.request({ path: pathname, method: 'POST', ...requests[count++ % VIEWERS] })
      const text = await response.body.text()
      if (response.statusCode !== 200 || !text.includes('"data"')) throw new Error(`${response.statusCode}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  await pool.close()
  return count
}

/** As different people: what one of them asks for is nobody else's. */
const requestOf = (query, viewer) => ({
  headers: { 'content-type': 'application/json', accept: 'application/json', authorization: viewer },
  body: JSON.stringify({ query, variables: { viewer } }),
})

/** Throws unless the gateway answers what the world holds, field by field. */
async function mustBeRight(url, { query, expected }) {
  const response = await fetch(url, { method: 'POST', ...requestOf(query, 'v1') })
  const answer = await response.json()
  // Gateways may put fields in another order: as JSON they are the same.
  if (!isDeepStrictEqual(answer.data, JSON.parse(JSON.stringify(expected('v1')))) || answer.errors) {
    throw new Error(`a wrong answer: ${JSON.stringify(answer).slice(0, 600)}`)
  }
}

async function main() {
  if (values.help) return say(USAGE)
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc: this needs Linux.')
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
  const only = values.only?.split(',')
  const wanted = allPeers().filter(
    ({ name }) => !only || only.some((part) => name === part || name.startsWith(`${part}:`)),
  )
  const asked = cases.filter(({ name }) => !values.case || name.includes(values.case))
  if (wanted.length === 0 || asked.length === 0) throw new Error(USAGE)

  await withChildren((start) => bench(start, { wanted, asked, rounds, seconds }))
}

async function bench(start, { wanted, asked, rounds, seconds }) {
  describeMachine()
  const world = await startWorld(start)
  const supergraph = join(temporaryFolder(), 'supergraph.graphql')
  writeFileSync(supergraph, world.supergraphSdl)

  const results = new Map(wanted.map(({ name }) => [name, new Map()]))
  const print = () => {
    say(
      `CPU-ms of the serving process per request, ${rounds} interleaved rounds of ${seconds} s: median (least–most), and the`,
    )
    say('median quotient to Mercurius by round.')
    say()
    printResults(
      wanted.map(({ name }) => name),
      asked.map(({ name }) => name),
      results,
      { unit: 'CPU-ms per request', reference: () => 'mercurius' },
    )
  }
  limitTime(Number(values.minutes), print)
  const running = []
  for (const peer of wanted) {
    try {
      const child = await start(peer.name, peer.file, { supergraph, subgraphs: world.subgraphs, ...peer.options })
      running.push({ ...child, answers: ({ name }) => !peer.only || peer.only === name })
    } catch (error) {
      say(`${peer.name} is left out: ${error.message}`)
      for (const { name } of asked) results.get(peer.name).set(name, 'did not start')
    }
  }
  const pairs = asked.flatMap((work) => running.filter(({ answers }) => answers(work)).map((peer) => ({ peer, work })))
  for (const { peer, work } of pairs) {
    note(`${work.name}: ${peer.name}`)
    try {
      await mustBeRight(peer.url, work)
      // Compiled by the engine, plans made, connections open.
      await load(peer.url, work, Math.max(1_000, seconds * 1_000))
      results.get(peer.name).set(work.name, [])
    } catch (error) {
      say(`${peer.name}, ${work.name}: ${error.message}`)
      results.get(peer.name).set(work.name, 'failed')
    }
  }
  for (let round = 0; round < rounds; round++) {
    note(`round ${round + 1}`)
    for (const { peer, work } of pairs) {
      const figures = results.get(peer.name).get(work.name)
      if (!Array.isArray(figures)) continue
      const before = cpuOf(peer.pid)
      const count = await load(peer.url, work, seconds * 1_000)
      figures.push((cpuOf(peer.pid) - before) / count)
    }
  }
  print()
  await profileOurs(running, asked)
}

/** Where our time goes, case by case. */
async function profileOurs(running, asked) {
  const ours = running.find(({ name }) => name === 'ours')
  if (!values.profile || !ours) return
  for (const [index, work] of asked.entries()) {
    await profiled(ours, `gateway-${index + 1}`, work.name, () => load(ours.url, work, PROFILE_MS))
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? error}\n`)
  process.exitCode = 1
})
