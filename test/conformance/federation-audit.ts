/**
 * The community's audit of federation gateways (graphql-hive/federation-gateway-audit), run from a checkout of it: the
 * subgraphs, the queries and the expected results are its, and none of its code stands in this repository.
 *
 *     npm run conformance:federation -- --checkout PATH [--suite NAME]… [--case N] [--verbose]
 *
 * The checkout is prepared once: delete every devDependency but `tsx` and `graphql` from its package.json, delete its
 * lockfile and `overrides.undici`, `npm install --ignore-scripts`. By default the gateway is what `npm run gateway` starts,
 * in this process, so that a suite takes a fraction of a second. `--gateway-command "…{supergraph} …{port}" --url
 * "http://127.0.0.1:{port}/graphql"` runs another one. `--official` uses the checkout's own runner, which takes minutes, asks
 * `--health "http://127.0.0.1:{port}/healthz"` whether the gateway is there, and kills whatever holds its ports.
 *
 * Prints a line per suite and what was missed; ends with 1 where something was.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { startStandalone } from '../../commands/standalone.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../../platform/free-port.ts'
import { type GatewayCommand, type GatewayUnderTest, startGatewayCommand } from './support/gateway-command.ts'

/** Where the checkout's code wants a newer Node than 20. */
const SHIM = `Promise.withResolvers ??= function () {
  const it = {}
  it.promise = new this((resolve, reject) => Object.assign(it, { resolve, reject }))
  return it
}`

const START_MS = 60_000
/** Its own default of 5 s gives false misses on a busy machine. */
const OFFICIAL_GATEWAY_TIMEOUT_MS = '30000'

interface Case {
  readonly query: string
  /** Where `errors` is not a boolean, the audit asks for the data alone. */
  readonly expected: { readonly data?: unknown; readonly errors?: boolean }
}

export interface Miss {
  readonly suite: string
  readonly number: number
  readonly query: string
  readonly expected: { readonly data: unknown; readonly errors: boolean | null }
  readonly received: { readonly data: unknown; readonly errors: readonly unknown[] }
}

export interface SuiteResult {
  readonly suite: string
  readonly cases: number
  readonly misses: readonly Miss[]
}

export interface AuditOptions {
  readonly checkout: string
  /** All where left out. */
  readonly suites?: readonly string[]
  /** One case of each suite. */
  readonly only?: number
  /** Ours, in this process, where left out. */
  readonly gateway?: GatewayCommand
}

/** Serves the checkout's subgraphs, and for each suite asks a gateway over its supergraph what the audit asks. */
export async function* runFederationAudit(options: AuditOptions): AsyncGenerator<SuiteResult> {
  await using audit = await serveAudit(options.checkout)
  const known = (await audit.get('ids')) as string[]
  const unknown = options.suites?.filter((suite) => !known.includes(suite)) ?? []
  if (unknown.length > 0) throw new Error(`The audit has no suite ${unknown.join(', ')}. It has:\n${known.join('\n')}`)
  for (const suite of options.suites ?? known) {
    const file = join(audit.folder, `${suite}.graphql`)
    writeFileSync(file, await audit.text(`${suite}/supergraph`))
    const cases = (await audit.get(`${suite}/tests`)) as Case[]
    await using gateway: GatewayUnderTest = options.gateway
      ? await startGatewayCommand(options.gateway, file)
      : await startStandalone(['--supergraph', file, '--port', '0'], {})
    const misses: Miss[] = []
    let asked = 0
    for (const [number, one] of cases.entries()) {
      if (options.only !== undefined && options.only !== number) continue
      asked++
      const miss = await ask(gateway.url, one)
      if (miss) misses.push({ suite, number, query: one.query, ...miss })
    }
    yield { suite, cases: asked, misses }
  }
}

interface AuditServer extends AsyncDisposable {
  readonly folder: string
  get(path: string): Promise<unknown>
  text(path: string): Promise<string>
}

async function serveAudit(checkout: string): Promise<AuditServer> {
  if (!existsSync(join(checkout, 'node_modules/tsx'))) {
    throw new Error(`${checkout} is not an installed checkout of the audit: see the head of this file.`)
  }
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'federation-audit-'))
  const child = spawn('npx', ['tsx', ...shimmed(folder), 'src/cli.ts', 'serve', '--port', String(port)], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  const ended = new Promise((done) => child.once('close', done))
  const text = async (path: string) => (await fetch(`http://localhost:${port}/${path}`)).text()
  const server: AuditServer = {
    folder,
    text,
    get: async (path) => JSON.parse(await text(path)) as unknown,
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid)
      await ended
      rmSync(folder, { recursive: true })
    },
  }
  try {
    await eventually(() => server.get('ids'), START_MS)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return server
}

function shimmed(folder: string): string[] {
  const file = join(folder, 'shim.cjs')
  writeFileSync(file, SHIM)
  return ['--require', file]
}

async function ask(url: string, { query, expected }: Case): Promise<Pick<Miss, 'expected' | 'received'> | null> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(10_000),
  })
  const { data = null, errors = [] } = JSON.parse(await response.text()) as { data?: unknown; errors?: unknown[] }
  const wanted = { data: expected.data ?? null, errors: expected.errors ?? null }
  const fits = isDeepStrictEqual(data, wanted.data) && (wanted.errors === null || wanted.errors === errors.length > 0)
  return fits ? null : { expected: wanted, received: { data, errors } }
}

/** The checkout's own runner, over the same gateway; its result is the exit code. */
async function runOfficially(
  checkout: string,
  { command, url, health }: GatewayCommand & { readonly health: string },
  suites: readonly string[],
) {
  const folder = mkdtempSync(join(tmpdir(), 'federation-audit-'))
  const [port, auditPort] = [await freePort(), await freePort()].map(String) as [string, string]
  const shim = shimmed(folder)
  const supergraph = join(folder, 'supergraph.graphql')
  const script = join(folder, 'run.sh')
  const cli = `npx tsx ${shim.join(' ')} src/cli.ts`
  const filled = command.replaceAll('{supergraph}', supergraph).replaceAll('{port}', port)
  writeFileSync(
    script,
    `(cd ${checkout} && ${cli} supergraph --cwd ${folder} --test "$1" --port ${auditPort})\ncd ${process.cwd()} && exec ${filled}\n`,
  )
  const endpoint = url.replaceAll('{port}', port)
  const places = ['--cwd', folder, '--run-script', script, '--graphql', endpoint, '--port', auditPort]
  const healthcheck = ['--healthcheck', health.replaceAll('{port}', port)]
  try {
    for (const which of suites.length > 0 ? suites.map((suite) => ['test-suite', '--test', suite]) : [['test']]) {
      const child = spawn('npx', ['tsx', ...shim, 'src/cli.ts', ...which, ...places, ...healthcheck], {
        cwd: checkout,
        stdio: 'inherit',
        // What it starts in turn, Node's test runner, needs the shim too.
        env: {
          ...process.env,
          GATEWAY_TIMEOUT: OFFICIAL_GATEWAY_TIMEOUT_MS,
          NODE_OPTIONS: `--require ${shim[1]}`,
        },
      })
      process.exitCode = Math.max(
        Number(process.exitCode ?? 0),
        await new Promise<number>((done) => child.once('close', (code) => done(code ?? 1))),
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      checkout: { type: 'string' },
      suite: { type: 'string', multiple: true },
      case: { type: 'string' },
      'gateway-command': { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:{port}/graphql' },
      health: { type: 'string', default: 'http://127.0.0.1:{port}/healthz' },
      official: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  if (!values.checkout) throw new Error('--checkout is missing: the folder of a checkout of federation-gateway-audit.')
  const checkout = resolve(values.checkout)
  const command = values['gateway-command']
  if (values.official) {
    const ours = `node ${join(import.meta.dirname, '../../commands/standalone-gateway.js')} --supergraph {supergraph} --port {port}`
    return runOfficially(checkout, { ...values, command: command ?? ours }, values.suite ?? [])
  }
  let cases = 0
  const misses: Miss[] = []
  for await (const result of runFederationAudit({
    checkout,
    ...(values.suite && { suites: values.suite }),
    ...(values.case !== undefined && { only: Number(values.case) }),
    ...(command !== undefined && { gateway: { command, url: values.url } }),
  })) {
    cases += result.cases
    misses.push(...result.misses)
    const passed = result.cases - result.misses.length
    process.stdout.write(`${result.misses.length === 0 ? 'ok  ' : 'MISS'} ${passed}/${result.cases} ${result.suite}\n`)
  }
  for (const miss of misses) process.stdout.write(describeMiss(miss, values.verbose))
  process.stdout.write(`\n${cases - misses.length} of ${cases}\n`)
  if (misses.length > 0) process.exitCode = 1
}

function describeMiss({ suite, number, query, expected, received }: Miss, verbose: boolean): string {
  const lines = [`\n${suite} ${number}`]
  if (verbose) lines.push(query)
  lines.push(`  expected ${JSON.stringify(expected)}`, `  received ${JSON.stringify(received)}`)
  return `${lines.join('\n')}\n`
}

if (process.argv[1]?.endsWith('federation-audit.js')) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
