/**
 * `npm run conformance:subscriptions`: which gateway does what. README.md beside this file says how; without arguments it
 * is ours. Prints a table and the reasons, and ends with 1 where a gateway fails a case that is not optional.
 */
import { parseArgs } from 'node:util'
import { startGatewayCommand } from '../support/gateway-command.ts'
import { printTable, type Mark } from '../support/table.ts'
import { transports, type Transport } from './clients/client.ts'
import { ourSettings, startOurs } from './ours.ts'
import { casesOf, openStage, runSuite, type Outcome, type StartGateway, type SuiteOptions } from './suite.ts'
import type { Settings } from './world.ts'

/** Characters of why a case failed. */
const MAX_REASON = 400

const DEFAULT_URL = 'http://127.0.0.1:{port}/graphql'
const MARKS: Record<Outcome['how'], Mark> = { passes: 'ok', fails: 'FAIL', lacks: 'no', skipped: '.' }

interface Column {
  readonly name: string
  readonly start: StartGateway
  readonly options: SuiteOptions
}

function readColumns(): { columns: readonly Column[]; only: string } {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', multiple: true, default: [] },
      'gateway-command': { type: 'string', multiple: true, default: [] },
      url: { type: 'string', multiple: true, default: [] },
      ours: { type: 'boolean', default: false },
      transport: { type: 'string', default: 'ws' },
      only: { type: 'string', default: '' },
      'identity-header': { type: 'string' },
      'subgraph-timeout-ms': { type: 'string' },
      'patience-ms': { type: 'string', default: '5000' },
    },
  })
  const commands = values['gateway-command']
  const wanted = values.transport.split(',').map(toTransport)
  const settings: Settings = {
    ...(values['identity-header'] !== undefined && { identityHeader: values['identity-header'].toLowerCase() }),
    ...(values['subgraph-timeout-ms'] !== undefined && { subgraphTimeoutMs: Number(values['subgraph-timeout-ms']) }),
  }
  const shared = { only: values.only, patienceMs: Number(values['patience-ms']) }
  const gateways = commands.map((command, at) => ({
    name: values.name[at] ?? `gateway ${at + 1}`,
    settings,
    start: (({ file }) =>
      startGatewayCommand({ command, url: values.url[at] ?? DEFAULT_URL }, file)) satisfies StartGateway,
  }))
  if (commands.length === 0 || values.ours) {
    gateways.unshift({ name: 'ours', settings: ourSettings, start: ({ sdl }) => startOurs(sdl) })
  }
  const columns = gateways.flatMap(({ name, settings, start }) =>
    wanted.map((transport) => ({
      name: wanted.length > 1 ? `${name}/${transport}` : name,
      start,
      options: { ...shared, settings, transport },
    })),
  )
  return { columns, only: values.only }
}

function toTransport(text: string): Transport {
  const transport = transports.find((known) => known === text)
  if (!transport) throw new Error(`--transport is of ${transports.join(', ')}, with commas between, not ${text}.`)
  return transport
}

async function main(): Promise<void> {
  const { columns, only } = readColumns()
  const outcomes = new Map<string, Outcome>()
  const key = (column: Column, title: string) => `${column.name} ${title}`
  for (const column of columns) {
    process.stderr.write(`${column.name} …\n`)
    await using stage = await openStage(column.start)
    for await (const { title, outcome } of runSuite(stage, column.options)) {
      outcomes.set(key(column, title), outcome)
      if (outcome.how === 'fails') process.stderr.write(`  fails: ${title}\n`)
    }
  }

  const cases = casesOf(only)
  const outcomeOf = (column: Column, title: string): Outcome =>
    outcomes.get(key(column, title)) ?? { how: 'skipped', why: 'it was not reached' }
  printTable(
    columns.map(({ name }) => name),
    cases.map(({ concern, one: { title, optional } }) => ({
      group: concern.name,
      title: optional ? `(optional) ${title}` : title,
      marks: columns.map((column) => MARKS[outcomeOf(column, title).how]),
    })),
  )
  for (const column of columns) {
    const bad = cases.flatMap(({ concern, one: { title } }) => {
      const outcome = outcomeOf(column, title)
      if (outcome.how !== 'fails' && outcome.how !== 'lacks') return []
      return [
        `\n  ${outcome.how} ${concern.name}: ${title}\n    ${outcome.why.split('\n').join('\n    ').slice(0, MAX_REASON)}`,
      ]
    })
    if (bad.length > 0) process.stdout.write(`\n${column.name}${bad.join('')}\n`)
  }
  if ([...outcomes.values()].some(({ how }) => how === 'fails')) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
