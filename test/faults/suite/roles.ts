import { randomBytes, randomUUID } from 'node:crypto'
import { freePort } from '../../../platform/free-port.ts'
import type { RoleName } from '../../../platform/config/variables.ts'
import { type Program, startProgram } from '../../support/program.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import type { Servers } from './servers.ts'

/** The processes of an installation. There are two for delivery, so that one can take over from the other. */
export const PROCESSES = ['users', 'groups', 'chat', 'delivery', 'delivery-2', 'push', 'gateway'] as const
export type ProcessName = (typeof PROCESSES)[number]

export interface Process {
  /** Ends it: by default without warning. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again with the same ports; resolves when it is ready. */
  start(): Promise<void>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

export interface Installation extends AsyncDisposable {
  /** Where clients reach the gateway. */
  readonly url: string
  readonly wsUrl: string
  readonly env: Readonly<Record<string, string>>
  readonly processes: Readonly<Record<ProcessName, Process>>
  /** The proxies that the run asked for: between clients and gateway (`clients`), and between gateway and chat (`chat`). */
  readonly proxies: ReadonlyMap<string, TcpProxy>
  /** What processes logged as errors, those that were killed included: how often each message. */
  errors(): ReadonlyMap<string, number>
}

/** Limits that strangers need: all users of a run have one address, and sign in within seconds. */
const NO_LIMITS = {
  OTP_CLIENT_PER_HOUR: '100000',
  OTP_PREFIX_PER_HOUR: '100000',
  OTP_TOTAL_PER_HOUR: '100000',
  RATE_ANONYMOUS_PER_SECOND: '10000',
  RATE_ANONYMOUS_BURST: '10000',
  RATE_USER_PER_SECOND: '10000',
  RATE_USER_BURST: '10000',
}

/** Starts a process per role over these servers. `pushUrl` is where pushes are posted. */
export async function startInstallation(
  folder: string,
  servers: Servers,
  pushUrl: string,
  proxied: ReadonlySet<string>,
): Promise<Installation> {
  const proxies = new Map<string, TcpProxy>()
  const ports = { USERS_PORT: 0, CHAT_PORT: 0, GROUPS_PORT: 0, PORT: 0 }
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
  const at = (port: number) => `http://127.0.0.1:${port}/graphql`
  const reach = async (name: string, port: number) => {
    if (!proxied.has(name)) return at(port)
    const proxy = await startTcpProxy(at(port))
    proxies.set(name, proxy)
    return proxy.url
  }
  const url = await reach('clients', ports.PORT)
  const env: Record<string, string> = {
    ...NO_LIMITS,
    POSTGRES_URL: servers.postgres.url,
    MONGODB_URL: new URL('/parley', servers.mongodb.url).href,
    REDIS_URL: servers.redis.url,
    RABBITMQ_URL: servers.rabbitmq.url,
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
    GATEWAY_SECRET: randomUUID() + randomUUID(),
    SESSION_KEYS: randomBytes(32).toString('hex'),
    PUSH_WEBHOOK_URL: pushUrl,
    PUSH_WEBHOOK_SECRET: randomUUID(),
    SUBGRAPH_USERS_URL: at(ports.USERS_PORT),
    SUBGRAPH_GROUPS_URL: at(ports.GROUPS_PORT),
    SUBGRAPH_CHAT_URL: await reach('chat', ports.CHAT_PORT),
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  }

  const running = new Map<ProcessName, Program>()
  const printed: string[] = []
  const note = ({ stdout, stderr }: { stdout: string; stderr: string }) => printed.push(stdout, stderr)
  const open = async (name: ProcessName): Promise<Process> => {
    const own = { ROLES: name.replace(/-\d+$/, '') as RoleName, WORKER_PORT: String(await freePort()) }
    const start = async () => void running.set(name, await startProgram({ ...env, ...own }))
    await start()
    return {
      async stop(signal = 'SIGKILL') {
        const program = running.get(name)
        running.delete(name)
        if (program) note(await program.stop(signal))
      },
      async start() {
        if (!running.has(name)) await start()
      },
      signal: (signal) => running.get(name)?.signal(signal),
    }
  }
  const close = async () => {
    await Promise.all([...running.values()].map((program) => program[Symbol.asyncDispose]()))
    await Promise.all([...proxies.values()].map((proxy) => proxy[Symbol.asyncDispose]()))
  }
  try {
    const processes: Partial<Record<ProcessName, Process>> = {}
    // The gateway asks the others.
    const others = PROCESSES.filter((name) => name !== 'gateway')
    const opened = await Promise.allSettled(others.map(async (name) => (processes[name] = await open(name))))
    // Only now all that did start are known, and `close` ends them: one left over keeps the run from ending.
    for (const one of opened) if (one.status === 'rejected') throw one.reason
    processes.gateway = await open('gateway')
    return {
      url,
      wsUrl: url.replace(/^http/, 'ws'),
      env,
      processes: processes as Record<ProcessName, Process>, // all were opened
      proxies,
      errors: () =>
        countErrors([...printed, ...[...running.values()].map(({ stdout, stderr }) => stdout() + stderr())]),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function countErrors(outputs: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of outputs.flatMap((text) => text.split('\n'))) {
    if (!line.startsWith('{"level":"error"')) continue
    const { role = '', message = '', error } = parseLine(line)
    const what = [role, message, error?.message].filter(Boolean).join(': ')
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return counts
}

/** The last line of a process that was killed may be cut off. */
function parseLine(line: string): { role?: string; message?: string; error?: { message?: string } } {
  try {
    return JSON.parse(line) as ReturnType<typeof parseLine>
  } catch {
    return { message: 'a line that was cut off' }
  }
}
