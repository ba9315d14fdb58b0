import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStandalone } from '../../roles/standalone.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'

/**
 * The community's audit of federation gateways (graphql-hive/federation-gateway-audit): its subgraphs and its expected
 * results, our gateway. Its code is not part of this repository: set FEDERATION_AUDIT to an installed checkout
 * (`npm install --ignore-scripts`, without the devDependencies that are gateways), else this is skipped.
 */
const checkout = process.env['FEDERATION_AUDIT']

/** Where Apollo's planner or executor gives another answer, as `suite number`. The last four are wrong data, no error. */
const KNOWN_MISSES = [
  'keys-mashup 0',
  'non-resolvable-interface-object 1',
  'requires-with-argument 2',
  'requires-with-argument 3',
  'requires-with-argument 4',
  'requires-with-argument-conflict 0',
]

/** The checkout's code wants a newer Node than ours. */
const SHIM = `Promise.withResolvers ??= function () {
  const it = {}
  it.promise = new this((resolve, reject) => Object.assign(it, { resolve, reject }))
  return it
}`

interface Case {
  readonly query: string
  readonly expected: { readonly data?: unknown; readonly errors?: boolean }
}

;(checkout ? test : test.skip)(
  'the federation audit: nothing is missed but what is known',
  async () => {
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'audit-'))
    const shim = join(folder, 'shim.cjs')
    writeFileSync(shim, SHIM)
    const server = spawn('npx', ['tsx', '--require', shim, 'src/cli.ts', 'serve', '--port', String(port)], {
      cwd: checkout,
      stdio: 'ignore',
      detached: true,
    })
    const get = async (path: string) => fetch(`http://localhost:${port}/${path}`)
    try {
      const suites = await eventually(async () => (await (await get('ids')).json()) as string[], 60_000)
      const missed: string[] = []
      let cases = 0
      for (const suite of suites) {
        const file = join(folder, `${suite}.graphql`)
        writeFileSync(file, await (await get(`${suite}/supergraph`)).text())
        await using gateway = await startStandalone(['--supergraph', file, '--port', '0'], {})
        for (const [at, one] of ((await (await get(`${suite}/tests`)).json()) as Case[]).entries()) {
          cases++
          if (!(await passes(gateway.url, one))) missed.push(`${suite} ${at}`)
        }
      }
      expect(missed).toEqual(KNOWN_MISSES)
      expect(cases).toBeGreaterThan(190)
    } finally {
      if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid)
      rmSync(folder, { recursive: true })
    }
  },
  10 * 60_000,
)

async function passes(url: string, { query, expected }: Case): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const { data = null, errors = [] } = (await response.json()) as { data?: unknown; errors?: unknown[] }
  try {
    expect(data).toEqual(expected.data ?? null)
  } catch {
    return false // The case is named among the misses.
  }
  return typeof expected.errors !== 'boolean' || errors.length > 0 === expected.errors
}
