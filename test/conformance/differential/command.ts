/** `npm run conformance:differential -- --cases 20000 --seed 7 [--shrink]`: ends with 1 where a difference was found. */
import { parseArgs } from 'node:util'
import { runDifferential } from './run.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    shrink: { type: 'boolean', default: false },
  },
})

runDifferential({ cases: Number(values.cases), seed: Number(values.seed), shrink: values.shrink })
  .then(({ found, ...counts }) => {
    process.stdout.write(`${JSON.stringify({ seed: Number(values.seed), ...counts })}\n`)
    if (!found) return
    process.stdout.write(`${found.operation.query}\n${JSON.stringify(found, null, 2)}\n`)
    process.exitCode = 1
  })
  .catch((error: unknown) => {
    process.stderr.write(`${String((error as Error).stack)}\n`)
    process.exitCode = 1
  })
