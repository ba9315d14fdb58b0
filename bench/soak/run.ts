/**
 * `npm run soak -- --sockets 5000 --minutes 10`: runs federated subscriptions with reconnects through a gateway in a
 * separate process. Prints the result, and exits with 1 if a tick was lost, repeated or out of order, if memory grew,
 * or if something stayed open. It needs Linux, because it reads memory and handles from `/proc`.
 */
import { parseArgs } from 'node:util'
import { assetPath } from '../../platform/assets.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '5000' },
    minutes: { type: 'string', default: '10' },
    'tick-ms': { type: 'string', default: '2000' },
    'cut-percent': { type: 'string', default: '1' },
  },
})

const number = (name: keyof typeof values, least: number, most: number) => {
  const value = Number(values[name])
  if (!(value >= least && value <= most)) throw new Error(`--${name} is not ${least} to ${most}.`)
  return value
}

const SHOWN_FAULTS = 20
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { received, ticks, reconnects, faults } = await soak({
    program: assetPath('dist/commands/standalone-gateway.js'),
    sockets: number('sockets', 1, 20_000),
    seconds: number('minutes', 0.05, 100_000) * 60,
    tickMs: number('tick-ms', 10, 600_000),
    cutShare: number('cut-percent', 0, 50) / 100,
    say,
  })
  say(`${ticks} ticks, ${received} received, ${reconnects} reconnects, ${faults.length} faults.`)
  for (const fault of faults.slice(0, SHOWN_FAULTS)) say(`  ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
