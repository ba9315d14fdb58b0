import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { openReaders } from './readers.ts'
import { startSubgraphs } from './subgraphs.ts'

const START_MS = 60_000
/** Maximum time until all readers have the last tick, and until the gateway has released what was closed. */
const SETTLE_MS = 60_000
const KB_PER_PAGE = 4
const MB = 1024
/** Memory counts as flat if the last third of a run needs at most this much more than the second third. */
const GROWTH = 1.1
const GROWTH_MB = 20
/** Runs that are shorter are not judged: V8 lets its heap grow before it collects garbage. */
const JUDGED_SECONDS = 300
/** File descriptors that may stay open: keep-alive connections to subgraphs, and what Node opens on first use. */
const SPARE_HANDLES = 20

export interface SoakOptions {
  /** The path of the gateway's built program. */
  readonly program: string
  readonly sockets: number
  readonly seconds: number
  /** Time between two ticks of a channel. */
  readonly tickMs: number
  /** The share of sockets that are cut, and reconnect, per tick. */
  readonly cutShare: number
  say(line: string): void
}

export interface SoakResult {
  readonly received: number
  readonly ticks: number
  readonly reconnects: number
  /**
   * Empty if no tick was lost, repeated or out of order, nothing stayed open, and memory was flat (only judged in runs
   * of five minutes or more).
   */
  readonly faults: readonly string[]
}

/** Starts the gateway alone, in its own process. */
async function startGateway(program: string, supergraph: string) {
  const child = spawn(process.execPath, [program, '--supergraph', supergraph, '--port', '0'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => (complaint = `${complaint}${text.toString()}`.slice(-4_000)))
  const url = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error(`The gateway did not start:\n${complaint}`))
    const timer = setTimeout(fail, START_MS)
    void ended.then(fail)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = /^The gateway is at (\S+)/.exec(line)?.[1]
      if (!said) return
      clearTimeout(timer)
      resolve(said)
    })
  })
  const proc = `/proc/${child.pid}`
  return {
    url: url.replace(/^http/, 'ws'),
    complaint: () => complaint,
    residentMb: () => (Number(readFileSync(`${proc}/statm`, 'utf8').split(' ')[1]) * KB_PER_PAGE) / MB,
    handles: () => readdirSync(`${proc}/fd`).length,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function until(check: () => boolean): Promise<boolean> {
  for (const end = Date.now() + SETTLE_MS; Date.now() < end; await delay(100)) if (check()) return true
  return check()
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Checks that every socket gets each tick of its channel once and in order, and that nothing stays open at the end. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { sockets, seconds, tickMs, cutShare, say } = options
  const folder = mkdtempSync(join(tmpdir(), 'soak-'))
  try {
    await using subgraphs = await startSubgraphs()
    const supergraph = join(folder, 'supergraph.graphql')
    writeFileSync(supergraph, subgraphs.supergraphSdl)
    await using gateway = await startGateway(options.program, supergraph)
    const handlesBefore = gateway.handles()
    const readers = await openReaders(gateway.url, sockets)
    const faults: string[] = []
    if (!(await until(() => subgraphs.streams() === sockets))) faults.push('not everybody has a stream')
    say(`${sockets} sockets are open: ${gateway.residentMb().toFixed(0)} MB, ${gateway.handles()} handles.`)

    const memory: number[] = []
    let ticks = 0
    const began = Date.now()
    for (let reported = began; Date.now() - began < seconds * 1_000;) {
      const due = Date.now() + tickMs
      ticks = subgraphs.tick()
      readers.cut(Math.round(sockets * cutShare))
      memory.push(gateway.residentMb())
      if (Date.now() - reported > 60_000) {
        reported = Date.now()
        say(`${ticks} ticks, ${readers.received()} received, ${memory.at(-1)?.toFixed(0)} MB.`)
      }
      await delay(Math.max(1, due - Date.now()))
    }
    if (!(await until(() => readers.upTo(ticks) === sockets))) {
      faults.push(`lost: ${sockets - readers.upTo(ticks)} of ${sockets} did not get to tick ${ticks}`)
    }
    faults.push(...readers.faults)

    const third = Math.floor(memory.length / 3)
    const [middle, last] = [mean(memory.slice(third, 2 * third)), mean(memory.slice(2 * third))]
    say(`Memory: ${middle.toFixed(0)} MB in the second third, ${last.toFixed(0)} MB in the last.`)
    if (seconds >= JUDGED_SECONDS && last > middle * GROWTH && last > middle + GROWTH_MB)
      faults.push(`memory grew by ${(last - middle).toFixed(0)} MB`)

    await readers.close()
    if (!(await until(() => subgraphs.streams() === 0))) faults.push(`${subgraphs.streams()} streams stayed open`)
    if (!(await until(() => gateway.handles() <= handlesBefore + SPARE_HANDLES))) {
      faults.push(`${gateway.handles()} handles stayed, ${handlesBefore} were there`)
    }
    say(`Handles: ${handlesBefore} before, ${gateway.handles()} after.`)
    return { received: readers.received(), ticks, reconnects: readers.reconnects(), faults }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
