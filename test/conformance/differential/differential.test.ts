import { runDifferential } from './run.ts'

test('thousands of random operations: the data and the errors of @apollo/gateway, but for named exceptions', async () => {
  const outcome = await runDifferential({
    cases: Number(process.env['CASES'] ?? 1500),
    seed: Number(process.env['SEED'] ?? 1),
  })
  if (outcome.found) console.log(outcome.found.operation.query, JSON.stringify(outcome.found, null, 1))
  console.log(outcome)
  expect(outcome.found).toBeNull()
}, 120_000)
