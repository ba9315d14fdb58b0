/** For the health checks of containers, because the image has no curl. */
import { StartupError } from '../platform/startup-error.ts'
import { runCommand } from './command.ts'

const USAGE = `node dist/commands/probe.js URL
Exits with 0 if the URL answers 200 within four seconds, otherwise with 1.`

const ANSWER_MS = 4_000

runCommand(USAGE, async ([url]) => {
  if (url === undefined || !URL.canParse(url))
    throw new StartupError('Give the URL to ask, such as http://127.0.0.1:4000/healthz')
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((error: unknown) => {
    throw new StartupError(`${url} did not answer: ${error instanceof Error ? error.message : String(error)}`)
  })
  await response.body?.cancel()
  if (response.status !== 200) throw new StartupError(`${url} answered ${response.status}.`)
})
