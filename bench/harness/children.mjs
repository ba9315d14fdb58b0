import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** How long a process may take until it listens: the larger gateways load for seconds on a busy machine. */
const START_MS = 60_000
/** How long a process may take to do what it is told on stdin. */
const COMMAND_MS = 30_000
/** How long a process may take to end after its stdin was closed; then it is killed. */
const STOP_MS = 5_000
/** Linux tells CPU time in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10
const PAGE_KB = 4

/**
 * Starts `node file argument`, where the argument is given as JSON, and resolves once it says where it listens. It is
 * asked to end by closing its stdin, which also happens when this process dies in whatever way: no child outlives a bench.
 */
export async function startChild(name, file, argument = {}, { nodeOptions = [] } = {}) {
  const child = spawn(process.execPath, [...nodeOptions, file, JSON.stringify(argument)], {
    // Nothing else of this environment: a peer's behaviour may depend on variables of its own.
    env: { PATH: process.env.PATH, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  const ended = new Promise((resolve) => child.once('close', resolve))
  let complaint = ''
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-4_000)))
  let heard = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{"listening"') || line.startsWith('{"done"')) heard(JSON.parse(line))
  })
  const answer = (ms) =>
    new Promise((resolve, reject) => {
      const fail = (what) => reject(new Error(`${name} ${what}:\n${complaint}`))
      const timer = setTimeout(() => fail(`did not answer within ${ms / 1_000} s`), ms)
      heard = (said) => (clearTimeout(timer), resolve(said))
      void ended.then(() => (clearTimeout(timer), fail('ended')))
    })
  const stop = async () => {
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
  try {
    const { listening } = await answer(START_MS)
    return {
      name,
      pid: child.pid,
      ...listening,
      stop,
      async tell(...command) {
        const done = answer(COMMAND_MS)
        child.stdin.write(`${JSON.stringify(command)}\n`)
        await done
      },
      complaint: () => complaint,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Children that are stopped together, in whatever way the work with them ends. */
export async function withChildren(work) {
  const started = []
  try {
    return await work(async (...child) => {
      const running = await startChild(...child)
      started.push(running)
      return running
    })
  } finally {
    await Promise.all(started.map((child) => child.stop()))
  }
}

/** A folder that is gone when this process is, however it ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  return folder
}

/** Ends this process, and with it its children, when it runs for longer than it may; `late` shows what there is. */
export function limitTime(minutes, late) {
  const end = () => {
    process.stderr.write(`Stopped after ${minutes} minutes.\n`)
    late()
    process.exit(1)
  }
  setTimeout(end, minutes * 60_000).unref()
}

/** CPU time of one process, user and system, in milliseconds. */
export function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold anything; the fields after it are numbers but for the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

/** Resident memory of one process, in KB. */
export function residentOf(pid) {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_KB
}
