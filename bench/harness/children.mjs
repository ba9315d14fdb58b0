import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** How long a process may take until it listens: Hive Gateway and Apollo load for seconds on a busy machine. */
const START_MS = 60_000
/** How long a process may take to end after its stdin was closed; then it is killed. */
const STOP_MS = 5_000
/** Linux tells CPU time in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10
const PAGE_KB = 4

/**
 * Starts `node file argument`, where the argument is given as JSON, and resolves once it printed a line of JSON (what it
 * has to say of itself: its addresses). It is asked to end by closing its stdin, which also happens when this process
 * dies in whatever way: no child outlives a bench.
 */
export async function startChild(name, file, argument, { nodeOptions = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...nodeOptions, file, JSON.stringify(argument)], {
    // Nothing else of this environment: a peer's behaviour may depend on variables of its own.
    env: { PATH: process.env.PATH, HOME: '/nonexistent', NODE_ENV: 'production', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  const ended = new Promise((resolve) => child.once('close', resolve))
  let complaint = ''
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-4_000)))
  const lines = createInterface({ input: child.stdout })
  const listening = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not start:\n${complaint}`)), START_MS)
    lines.on('line', (line) => {
      if (!line.startsWith('{"listening"')) return
      clearTimeout(timer)
      resolve(JSON.parse(line).listening)
    })
    void ended.then(() => {
      clearTimeout(timer)
      reject(new Error(`${name} ended:\n${complaint}`))
    })
  })
  const stop = async () => {
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
  try {
    const said = await listening
    return { name, pid: child.pid, ...said, stop, complaint: () => complaint }
  } catch (error) {
    await stop()
    throw error
  }
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

/** How many files and sockets a process has open. */
export function handlesOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).length
}
