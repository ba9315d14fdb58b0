import { setTimeout as delay } from 'node:timers/promises'
import type { TcpProxy } from '../../support/tcp-proxy.ts'
import { PROCESSES, type Process, type ProcessName } from './roles.ts'
import { SERVERS, type PrivateServer, type ServerName } from './servers.ts'

/** What a fault can reach. */
export interface Stage {
  process(name: ProcessName): Process
  server(name: ServerName): PrivateServer
  /** The proxy in front of a server, or on the way to `chat` or from `clients`; the fault must name it in `through`. */
  proxy(name: string): TcpProxy
}

export interface Fault {
  readonly name: string
  /** In words, for the table of `--help`. */
  readonly what: string
  /** Where a proxy must stand: a server, `chat` (between it and the gateway) or `clients` (between them and the gateway). */
  readonly through?: readonly string[]
  /** Does it, and mends it: resolves when everything runs again. */
  run(stage: Stage): Promise<void>
}

/** How long a part that was killed stays away: so long that the others notice. */
const AWAY_MS = 2_000
/** How long a network that is cut stays so. */
const CUT_MS = 3_000
/** Longer than every lease and every sign of life lasts. */
const STALL_MS = 10_000
const TIMES = 5

/** The parts that are killed, as the faults name them. `mongodb` is stopped by SIGTERM where it is the stand-in. */
export const PARTS = ['chat', 'delivery', 'gateway', 'redis', 'rabbitmq', 'mongodb', 'postgres'] as const
type Part = (typeof PARTS)[number] | ProcessName | ServerName

const isServer = (part: Part): part is ServerName => (SERVERS as readonly string[]).includes(part)

/** Kills a part, and starts it again a little later. */
export async function killAndStart(stage: Stage, part: Part): Promise<void> {
  if (isServer(part)) {
    const server = stage.server(part)
    await server.kill()
    await delay(AWAY_MS)
    await server.start()
    return
  }
  const process = stage.process(part)
  await process.stop()
  await delay(AWAY_MS)
  await process.start()
}

const kill = (part: Part): Fault => ({
  name: part,
  what: `${part} is killed with SIGKILL and started again${part === 'mongodb' ? ' (the stand-in for MongoDB: SIGTERM)' : ''}`,
  run: (stage) => killAndStart(stage, part),
})

const cut = (part: ServerName): Fault => ({
  name: `cut-${part}`,
  what: `every connection to ${part} is cut, and refused for ${CUT_MS / 1_000} s`,
  through: [part],
  async run(stage) {
    stage.proxy(part).cut()
    await delay(CUT_MS)
    stage.proxy(part).restore()
  },
})

const swallow = (part: string, between: string): Fault => ({
  name: `swallow-${part}`,
  what: `the open connections ${between} swallow every byte and are never closed; new ones work`,
  through: [part],
  async run(stage) {
    stage.proxy(part).abandon()
    await delay(STALL_MS)
  },
})

const stall = (part: ProcessName): Fault => ({
  name: `stall-${part}`,
  what: `${part} is stopped with SIGSTOP for ${STALL_MS / 1_000} s and continued`,
  async run(stage) {
    stage.process(part).signal('SIGSTOP')
    await delay(STALL_MS)
    stage.process(part).signal('SIGCONT')
    await delay(AWAY_MS)
  },
})

const repeat = (part: Part): Fault => ({
  name: `${part}-five-times`,
  what: `${part} is killed ${TIMES} times`,
  async run(stage) {
    for (let time = 0; time < TIMES; time++) {
      await killAndStart(stage, part)
      await delay(AWAY_MS / 2)
    }
  },
})

const both = (one: Part, other: Part): Fault => ({
  name: `${one}+${other}`,
  what: `${one} and ${other} are killed at the same time`,
  async run(stage) {
    await Promise.all([killAndStart(stage, one), killAndStart(stage, other)])
  },
})

const none: Fault = {
  name: 'none',
  what: 'nothing: no push may be sent beside a live delivery',
  run: () => Promise.resolve(),
}

const rolling: Fault = {
  name: 'rolling-restart',
  what: 'every process in turn drains (SIGTERM), ends and starts again, as an update does',
  async run(stage) {
    for (const name of PROCESSES) {
      await stage.process(name).stop('SIGTERM')
      await stage.process(name).start()
    }
  },
}

export const FAULTS: readonly Fault[] = [
  none,
  ...PARTS.map(kill),
  ...(['push', 'users', 'groups'] as const).map(kill),
  ...SERVERS.map(cut),
  ...SERVERS.map((server) => swallow(server, `to ${server}`)),
  swallow('chat', 'between gateway and chat'),
  swallow('clients', 'between clients and gateway'),
  ...(['chat', 'delivery', 'gateway', 'push'] as const).map(stall),
  ...(['chat', 'delivery', 'gateway', 'redis'] as const).map(repeat),
  both('chat', 'rabbitmq'),
  both('delivery', 'redis'),
  both('gateway', 'postgres'),
  rolling,
]
