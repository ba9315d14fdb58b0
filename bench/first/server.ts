import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { assetPath } from '../../platform/assets.ts'
import { cpuOf } from '../harness/cpu.ts'

/** CPU time (user and system) in milliseconds. */
export interface Cpu {
  /** CPU time of the server's own process. */
  readonly program: number
  /** CPU time of its children: the embedded PostgreSQL with all backends. */
  readonly postgres: number
}

export interface Server extends AsyncDisposable {
  readonly pid: number
  /** The URL of the graph; empty if the process has no gateway role. */
  readonly url: string
  readonly wsUrl: string
  /** The URL of its debugger; null unless it was requested. */
  readonly inspectorUrl: string | null
  cpu(): Cpu
  /** Resolves when the work after the answers (relay, delivery, push) has ended. */
  settled(): Promise<void>
}

const START_MS = 60_000
/**
 * A server that takes less than this share of one core over `WINDOW_MS` counts as idle: heartbeats and polls never end.
 */
const REST_SHARE = 0.1
const WINDOW_MS = 500
const SETTLE_MS = 30_000

export interface ServerOptions {
  /** `dist/roles/main.js` of another build; default: this build's. */
  readonly program?: string
  /** Additional configuration variables. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Starts the built program as `npm start` does, embedded, in its own process, on a free port and without rate limits.
 */
export async function startServer(
  folder: string,
  profiling: boolean,
  { program = assetPath('dist/roles/main.js'), env = {} }: ServerOptions = {},
): Promise<Server> {
  const child = spawn(process.execPath, [...(profiling ? ['--inspect=127.0.0.1:0'] : []), program], {
    cwd: folder,
    // Nothing else of this environment: a service's URL would replace the embedded service that is measured.
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'warn',
      // Each person has an own address, because of the limit per address.
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_ANONYMOUS_PER_SECOND: '1000000',
      RATE_ANONYMOUS_BURST: '1000000',
      OTP_CLIENT_PER_HOUR: '1000000',
      OTP_PREFIX_PER_HOUR: '1000000',
      OTP_TOTAL_PER_HOUR: '100000000',
      RATE_USER_PER_SECOND: '1000000',
      RATE_USER_BURST: '1000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid ?? 0
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let complaint = ''
  let inspectorUrl: string | null = null
  createInterface({ input: child.stderr }).on('line', (line) => {
    inspectorUrl ??= /^Debugger listening on (\S+)/.exec(line)?.[1] ?? null
    complaint = `${complaint}${line}\n`.slice(-4_000)
  })
  // However a bench ends, its server is ended too.
  const kill = () => child.kill('SIGTERM')
  process.once('exit', kill)
  child.once('close', () => process.off('exit', kill))
  const addresses = new Map<string, string>()
  let ready = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, name, address] = /^\s+(GraphQL|WebSocket)\s+(\S+)/.exec(line) ?? []
    if (name && address) addresses.set(name, address)
    ready ||= /^\s+Queue\s/.test(line) // the last line that every set of roles prints
  })

  const close = async () => {
    child.kill('SIGTERM')
    await ended
  }
  for (const end = Date.now() + START_MS; !ready; await delay(50)) {
    if (child.exitCode !== null || Date.now() > end) {
      await close()
      throw new Error(`The program did not start:\n${complaint}`)
    }
  }
  const cpu = () => {
    const { own, running } = cpuOf(pid)
    return { program: own, postgres: running }
  }
  return {
    pid,
    url: addresses.get('GraphQL') ?? '',
    wsUrl: addresses.get('WebSocket') ?? '',
    inspectorUrl,
    cpu,
    async settled() {
      let last = total(cpu())
      for (const end = Date.now() + SETTLE_MS; Date.now() < end;) {
        await delay(WINDOW_MS)
        const now = total(cpu())
        if (now - last < WINDOW_MS * REST_SHARE) return
        last = now
      }
      throw new Error(`The program is still busy ${SETTLE_MS / 1_000} s after its last answer.`)
    },
    [Symbol.asyncDispose]: close,
  }
}

const total = ({ program, postgres }: Cpu) => program + postgres
