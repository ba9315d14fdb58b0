import { setTimeout as delay } from 'node:timers/promises'
import type { Peer } from './peer.ts'
import type { Postgres, StatementCount } from './postgres.ts'
import { note, say, shown, table } from './report.ts'

/** Sends of a count. */
const SENDS = 512
/** What goes on behind the last delivery ends within so long. */
const TAIL_MS = 1_000
const SHOWN = 25
/** Of a statement's text. */
const SHOWN_TEXT = 120

/** Counts what each server asks PostgreSQL for a direct send with its delivery, at 1 and at 64 sends under way. */
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

/** The server keeps no comment before a statement, so our names are not in it: what it begins with, in one line. */
const nameOf = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '').trim().slice(0, SHOWN_TEXT)
