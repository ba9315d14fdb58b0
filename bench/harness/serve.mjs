/** What every child process of a bench shares: how it is told what to do, says where it listens, and ends. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { createInterface } from 'node:readline'

/** What the bench gave: an object. */
export const given = JSON.parse(process.argv[2] ?? '{}')

/** Tells the bench where this process listens. */
export function listening(facts) {
  say({ listening: facts })
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

let session

/** What the bench may ask on stdin, a line each; each is answered. */
const commands = {
  /** So that what is measured next is what is held, not what was left behind. Needs --expose-gc. */
  async collect() {
    for (let times = 0; times < 4; times++) {
      globalThis.gc()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  },
  async profile() {
    session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
  },
  async profiled(file) {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    writeFileSync(file, JSON.stringify(profile))
  },
}

// The bench closes stdin to end this process; the kernel does it when the bench itself dies.
process.stdin.on('error', () => process.exit(0))
createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const [name, ...rest] = JSON.parse(line)
    await commands[name](...rest)
    say({ done: name })
  })
  .on('close', () => process.exit(0))
