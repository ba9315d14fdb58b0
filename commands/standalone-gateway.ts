/** `npm run gateway`: the gateway's core alone, over any supergraph. Exits with 0 after SIGTERM or SIGINT. */
import { runCommand } from './command.ts'
import { startStandalone, USAGE } from './standalone.ts'

runCommand(USAGE, async (args) => {
  const stopped = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort())
  const gateway = await startStandalone(args, process.env)
  process.stdout.write(`The gateway is at ${gateway.url}\n`)
  if (!stopped.signal.aborted) await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve))
  await gateway.stop()
})
