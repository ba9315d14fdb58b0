/** `npm run gateway`: the gateway's core alone, over any supergraph. Ends with 0 after SIGTERM or SIGINT. */
import { startStandalone, UsageError } from './standalone.ts'

async function main(): Promise<void> {
  const stopped = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort())
  const gateway = await startStandalone(process.argv.slice(2), process.env)
  process.stdout.write(`The gateway is at ${gateway.url}\n`)
  if (!stopped.signal.aborted) await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve))
  await gateway.stop()
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof UsageError ? `${error.message}\n` : `${String((error as Error).stack)}\n`)
  process.exitCode = 1
})
