/**
 * `npm run conformance:subscriptions`: which gateway does what. README.md beside this file says how; without arguments it
 * is ours. Prints a table and the reasons, and ends with 1 where a gateway fails a case that is not optional.
 */
import { parseArgs } from 'node:util'
import { startGatewayCommand } from '../support/gateway-command.ts'
import { printFindings, type Finding } from '../support/finding.ts'
import { transports, type Transport } from './clients/client.ts'
import { ourSettings, startOurs } from './ours.ts'
import { openStage, runSuite, type StartGateway, type SuiteOptions } from './suite.ts'
import type { Settings } from './world.ts'

const DEFAULT_URL = 'http://127.0.0.1:{port}/graphql'

interface Column {
  readonly name: string
  readonly start: StartGateway
  readonly options: SuiteOptions
}

function readColumns(): readonly Column[] {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', multiple: true, default: [] },
      'gateway-command': { type: 'string', multiple: true, default: [] },
      url: { type: 'string', multiple: true, default: [] },
      ours: { type: 'boolean', default: false },
      transport: { type: 'string', default: 'ws' },
      only: { type: 'string', default: '' },
      'identity-header': { type: 'string', multiple: true, default: [] },
      'subgraph-timeout-ms': { type: 'string' },
      'upstream-sockets': { type: 'boolean', default: false },
      'patience-ms': { type: 'string', default: '5000' },
    },
  })
  const commands = values['gateway-command']
  const wanted = values.transport.split(',').map(toTransport)
  const timeout = values['subgraph-timeout-ms']
  const settingsOf = (identityHeader = ''): Settings => ({
    ...(identityHeader !== '' && { identityHeader: identityHeader.toLowerCase() }),
    ...(values['upstream-sockets'] && { upstreamSockets: true as const }),
    ...(timeout !== undefined && { subgraphTimeoutMs: Number(timeout) }),
  })
  const shared = { only: values.only, patienceMs: Number(values['patience-ms']) }
  const gateways = commands.map((command, at) => ({
    name: values.name[at] ?? `gateway ${at + 1}`,
    settings: settingsOf(values['identity-header'][at]),
    start: (({ file }) =>
      startGatewayCommand({ command, url: values.url[at] ?? DEFAULT_URL }, file)) satisfies StartGateway,
  }))
  if (commands.length === 0 || values.ours) {
    gateways.unshift({ name: 'ours', settings: ourSettings, start: ({ sdl }) => startOurs(sdl) })
  }
  return gateways.flatMap(({ name, settings, start }) =>
    wanted.map((transport) => ({
      name: wanted.length > 1 ? `${name}/${transport}` : name,
      start,
      options: { ...shared, settings, transport },
    })),
  )
}

function toTransport(text: string): Transport {
  const transport = transports.find((known) => known === text)
  if (!transport) throw new Error(`--transport is of ${transports.join(', ')}, with commas between, not ${text}.`)
  return transport
}

async function main(): Promise<void> {
  const found = new Map<string, Finding[]>()
  for (const { name, start, options } of readColumns()) {
    process.stderr.write(`${name} …\n`)
    const findings: Finding[] = []
    found.set(name, findings)
    await using stage = await openStage(start)
    for await (const finding of runSuite(stage, options)) {
      findings.push(finding)
      if (finding.outcome.how === 'fails') process.stderr.write(`  fails: ${finding.title}\n`)
    }
  }
  if (!printFindings(found)) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
