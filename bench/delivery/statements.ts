import { setTimeout as delay } from 'node:timers/promises'
import type { Peer } from './peer.ts'
import type { Postgres, StatementCount } from './postgres.ts'
import { note, say, shown, table } from './report.ts'

/** The number of sends for one count of statements. */
const SENDS = 512
/** Time after the last delivery in which the server finishes its remaining work. */
const TAIL_MS = 1_000
const SHOWN = 25
/** Maximum characters of a statement's text in the table. */
const SHOWN_TEXT = 120

/** Counts the statements of each server for a direct message with its delivery, with 1 and with 64 concurrent sends. */
export async function countStatements(peers: readonly Peer[], postgres: Postgres, users: number): Promise<void> {
  const { statements } = postgres
  if (!statements) {
    say('Statements are not counted: PostgreSQL has not loaded pg_stat_statements.')
    return
  }
  for (const peer of peers) {
    for (const inFlight of [1, 64]) {
      note(`${peer.name}: statements at ${inFlight} sends under way`)
      const run = { rooms: { pairs: Math.floor(users / 2) }, pace: { inFlight }, seconds: 0, sends: SENDS }
      await peer.load.run(run)
      await delay(TAIL_MS)
      await statements.reset()
      const { sends } = await peer.load.run(run)
      await delay(TAIL_MS)
      printCounts(`${peer.name}, ${inFlight} under way`, await statements.read(peer.database), sends)
    }
  }
}

function printCounts(title: string, counts: readonly StatementCount[], sends: number): void {
  const calls = counts.reduce((sum, count) => sum + count.calls, 0)
  say(`${title}: ${shown(calls / sends)} statements a send, delivery included.`)
  say()
  table(
    ['statement', 'calls a send', 'execution ms a send', 'ms a call'],
    counts
      .slice(0, SHOWN)
      .map(({ text, calls, executionMs }) => [
        nameOf(text),
        shown(calls / sends),
        shown(executionMs / sends),
        shown(executionMs / calls),
      ]),
  )
}

/** The beginning of a statement, in one line. PostgreSQL does not keep the comment before it that has its name. */
const nameOf = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '').trim().slice(0, SHOWN_TEXT)
