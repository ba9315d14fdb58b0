import { setTimeout as delay } from 'node:timers/promises'
import type { Case } from './cases.ts'
import { type Histogram, type Histograms, since } from './histograms.ts'
import type { Outcome } from './load/protocol.ts'
import type { Peer } from './peer.ts'
import type { Postgres } from './postgres.ts'

/** The figures of one server for one round of a case. */
export interface Figures extends Outcome {
  /** CPU time in milliseconds. */
  readonly programMs: number
  readonly postgresMs: number
  readonly walBytes: number
  readonly stages: Histograms
}

/** Time after the last delivery that still counts, because the server finishes work then, such as saving positions. */
const TAIL_MS = 500

export interface Rest {
  /** CPU-ms per second. */
  readonly program: number
  readonly postgres: number
}

const REST_SECONDS = 5

/** The CPU time of an idle server, while the servers that were started before it are idle too. */
export async function measureRest(peer: Peer, postgres: Postgres, others: number): Promise<Rest> {
  const [program, database] = [peer.cpu(), postgres.cpu()]
  await delay(REST_SECONDS * 1_000)
  return {
    program: (peer.cpu() - program) / REST_SECONDS,
    postgres: (postgres.cpu() - database) / REST_SECONDS - others,
  }
}

/** `othersRest`: the CPU time of PostgreSQL for the other, idle servers, in CPU-ms per second. */
export async function measureRound(
  peer: Peer,
  postgres: Postgres,
  { rooms, pace, sends }: Case,
  seconds: number,
  othersRest: number,
): Promise<Figures> {
  const before = await look(peer, postgres)
  const outcome = await peer.load.run({ rooms, pace, sends, seconds })
  await delay(TAIL_MS)
  const after = await look(peer, postgres)
  const others = ((after.at - before.at) / 1_000) * othersRest
  return {
    ...outcome,
    programMs: after.program - before.program,
    postgresMs: after.postgres - before.postgres - others,
    walBytes: after.wal - before.wal,
    stages: new Map(
      [...after.stages].map(([key, histogram]): [string, Histogram] => [key, since(histogram, before.stages.get(key))]),
    ),
  }
}

async function look(peer: Peer, postgres: Postgres) {
  const stages = await peer.histograms()
  const wal = await postgres.walBytes()
  return { at: performance.now(), program: peer.cpu(), postgres: postgres.cpu(), wal, stages }
}
