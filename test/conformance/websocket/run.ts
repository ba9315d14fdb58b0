/**
 * `npm run conformance:websocket`: the GraphQL over WebSocket protocol, asked of any server. README.md beside this file says
 * how; without arguments it is ours and the protocol's own implementation. Ends with 1 where something fails.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ourSocketSettings, startOurs } from '../federated-subscriptions/ours.ts'
import { openStage } from '../federated-subscriptions/suite.ts'
import { printFindings, type Finding } from '../support/finding.ts'
import { startGatewayCommand } from '../support/gateway-command.ts'
import type { Options } from './kit.ts'
import { optionsOf, startReference } from './servers.ts'
import { run } from './suite.ts'

const found = new Map<string, Finding[]>()

async function ask(name: string, url: string, options: Options): Promise<void> {
  process.stderr.write(`${name} …\n`)
  const findings: Finding[] = []
  found.set(name, findings)
  for await (const finding of run(url, options)) findings.push(finding)
}

const toSocket = (url: string) => url.replace(/^http/, 'ws')

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', multiple: true, default: [] },
      'gateway-command': { type: 'string', multiple: true, default: [] },
      url: { type: 'string', multiple: true, default: [] },
      options: { type: 'string' },
      ours: { type: 'boolean', default: false },
      'patience-ms': { type: 'string', default: '5000' },
    },
  })
  const { name: names, 'gateway-command': commands, url: urls } = values
  const patienceMs = Number(values['patience-ms'])
  const nothingElse = commands.length === 0 && urls.length === 0
  if (nothingElse) {
    await using reference = await startReference()
    await ask('graphql-ws', reference.url, { ...reference.options, patienceMs })
  }
  if (nothingElse || values.ours) {
    await using stage = await openStage(({ sdl }) => startOurs(sdl, ourSocketSettings))
    await ask('ours', toSocket(stage.url), { ...optionsOf(stage), ...ourSocketSettings, patienceMs })
  }
  for (const [at, command] of commands.entries()) {
    const url = urls[at] ?? 'http://127.0.0.1:{port}/graphql'
    await using stage = await openStage(({ file }) => startGatewayCommand({ command, url }, file))
    await ask(names[at] ?? `gateway ${at + 1}`, toSocket(stage.url), { ...optionsOf(stage), patienceMs })
  }
  for (const [at, url] of urls.slice(commands.length).entries()) {
    const given = values.options === undefined ? {} : (JSON.parse(readFileSync(values.options, 'utf8')) as Options)
    await ask(names[commands.length + at] ?? url, toSocket(url), { ...given, patienceMs })
  }
  if (!printFindings(found)) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
