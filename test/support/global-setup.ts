import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { announce, SERVICES, type Service, type Start, type Started } from './services.ts'

declare global {
  var parleyTestRun: AsyncDisposable | undefined
}

/**
 * Starts the run's services, all at once, and says for each what it is. PARLEY_TEST_SERVICES=postgres,redis starts
 * these alone. A service that cannot be had is skipped by name; where CI is set that is an error.
 */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
  // PostgreSQL does not run as root: as root its user must get through to its own folder.
  chmodSync(folder, 0o711)
  const wanted = process.env['PARLEY_TEST_SERVICES']?.split(',')
  const results = await Promise.allSettled(
    SERVICES.map(async (service): Promise<Started> => {
      if (wanted && !wanted.includes(service)) return { skipped: 'not named in PARLEY_TEST_SERVICES' }
      return startService(service, folder)
    }),
  )
  const running = results.flatMap((result) =>
    result.status === 'fulfilled' && 'url' in result.value ? [result.value] : [],
  )
  const run: AsyncDisposable = {
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(running.map(async (service) => (service.stop ?? service[Symbol.asyncDispose])?.()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const faults: string[] = []
  for (const [index, result] of results.entries()) {
    const service = SERVICES[index]
    if (!service) continue
    if (result.status === 'rejected') {
      faults.push(`${service} did not start: ${String(result.reason)}`)
      continue
    }
    announce(service, result.value)
    process.stderr.write(`${service.padEnd(8)} ${describeStarted(result.value)}\n`)
    if ('skipped' in result.value && process.env['CI'] && !wanted) faults.push(`${service}: ${result.value.skipped}`)
  }
  if (faults.length > 0) {
    await run[Symbol.asyncDispose]()
    throw new Error(faults.join('\n'))
  }
  globalThis.parleyTestRun = run
}

async function startService(service: Service, folder: string): Promise<Started> {
  const file = join(import.meta.dirname, `${service}.ts`)
  if (!existsSync(file)) return { skipped: 'there is no adapter for it yet' }
  const { start } = (await import(`./${service}.ts`)) as { start: Start }
  return start(folder)
}

function describeStarted(started: Started): string {
  return 'url' in started ? `${started.what}, version ${started.version}` : `skipped: ${started.skipped}`
}
