/**
 * `npm run faults`: sends messages while parts of a whole installation are killed, stopped and cut off, each fault in a run of
 * its own, and judges what every recipient got. README.md describes the table. Ends with 1 if anything was lost, doubled or
 * swapped, or a push was forgotten or came twice.
 */
import { parseArgs } from 'node:util'
import { FAULTS } from './faults.ts'
import { type Outcome, runTrial } from './trial.ts'

const USAGE = `npm run faults -- [--only NAME,NAME…] [--sends 10000] [--together]
Runs each fault of the table, or those that are named, under load, and prints what was lost, doubled or swapped. With --together they
happen one after the other in one run. It starts its own
PostgreSQL, Redis, RabbitMQ and MongoDB on loopback, and needs redis-server, rabbitmq-server, and mongod or Java and Maven.

${FAULTS.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join('\n')}
`
const SHOWN = 20

const say = (line = '') => process.stdout.write(`${line}\n`)
const note = (line: string) => process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`)

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      sends: { type: 'string', default: '10000' },
      together: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const sends = Number(values.sends)
  if (!Number.isInteger(sends) || sends < 100 || sends > 1_000_000) {
    throw new Error(`--sends is not 100 to 1000000: ${values.sends}`)
  }
  const names = values.only.split(',').filter((name) => name !== '')
  const faults = names.map((name) => {
    const found = FAULTS.find((fault) => fault.name === name)
    if (!found) throw new Error(`--only knows ${FAULTS.map((fault) => fault.name).join(', ')}, not ${name}.`)
    return found
  })
  const chosen = faults.length > 0 ? faults : FAULTS
  const runs = values.together
    ? [{ name: chosen.map(({ name }) => name).join(', '), faults: chosen }]
    : chosen.map((fault) => ({ name: fault.name, faults: [fault] }))
  return { sends, runs, help: values.help }
}

const COLUMNS: readonly (readonly [string, (outcome: Outcome) => string | number])[] = [
  ['sends', ({ sends }) => sends],
  ['acknowledged', ({ acknowledged }) => acknowledged],
  ['retries', ({ retries }) => retries],
  ['lost', ({ lost }) => lost],
  ['doubled', ({ doubled }) => doubled],
  ['swapped', ({ swapped }) => swapped],
  ['strange', ({ strange }) => strange],
  ['no push', ({ undecided }) => undecided],
  ['push twice', ({ pushedTwice }) => pushedTwice],
  ['pushes extra', ({ extraPushes }) => extraPushes],
  ['worst gap ms', ({ worstGapMs }) => worstGapMs],
  ['slowest ms', ({ slowestMs }) => slowestMs],
  ['check', ({ check }) => (check.passed ? 'passed' : 'FAILED')],
  ['seconds', ({ seconds }) => Math.round(seconds)],
]

function explain(name: string, { faults, check, refusals, errors, extraByReason }: Outcome): void {
  for (const fault of faults.slice(0, SHOWN)) note(`${name}: ${fault}`)
  if (faults.length > SHOWN) note(`${name}: … and ${faults.length - SHOWN} more faults`)
  if (!check.passed) note(`${name}: the check says ${check.output}`)
  for (const [what, times] of refusals) note(`${name}: ${times} tries of sends were answered with ${what}`)
  for (const [reason, count] of extraByReason) note(`${name}: ${count} pushes beside a live delivery: ${reason}`)
  for (const [what, times] of [...errors].slice(0, SHOWN)) note(`${name}: logged ${times} times: ${what}`)
}

async function main(): Promise<boolean> {
  const { sends, runs, help } = readOptions()
  if (help) {
    say(USAGE)
    return true
  }
  const rows = [['fault', ...COLUMNS.map(([title]) => title)]]
  let isGood = true
  for (const [index, { name, faults }] of runs.entries()) {
    note(`${index + 1} of ${runs.length}: ${name}`)
    const outcome = await runTrial({ sends, faults, say: note })
    if (index === 0) for (const server of outcome.servers) note(`Server: ${server}`)
    explain(name, outcome)
    rows.push([name, ...COLUMNS.map(([, value]) => String(value(outcome)))])
    const unneeded = name === 'none' ? outcome.extraPushes : 0
    isGood &&= outcome.faults.length + unneeded === 0 && outcome.acknowledged === sends && outcome.check.passed
    // The table so far: a run takes hours, and may be stopped.
    note(
      `${rows
        .at(-1)!
        .map((value, at) => `${rows[0]![at]} ${value}`)
        .join(', ')}`,
    )
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  say([line(rows[0]!), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n'))
  say(isGood ? 'Nothing was lost, doubled or swapped.' : 'Something is wrong: see above.')
  return isGood
}

main().then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1
  },
  (error: unknown) => {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exitCode = 1
  },
)
