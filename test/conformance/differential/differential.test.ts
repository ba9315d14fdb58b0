import { runHttpDifferential } from './http.ts'
import { runDifferential } from './run.ts'

test('random operations get the data and the errors of @apollo/gateway, but for named exceptions', async () => {
  const { found, compared, withErrors, unplanned } = await runDifferential({ cases: 900, seed: 20_260_101 })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  // A run that sees nothing fail, or nothing succeed, shows little.
  expect(compared).toBeGreaterThan(750)
  expect(withErrors).toBeGreaterThan(compared / 4)
  expect(withErrors).toBeLessThan(compared * 0.8)
  expect(unplanned).toBeLessThan(compared / 50)
}, 300_000)

test('over HTTP the fast path answers what Apollo Server answers: status, headers and body', async () => {
  const { found, compared, fast, statuses } = await runHttpDifferential({ cases: 450, seed: 20_260_101 })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  expect(fast).toBeGreaterThan(compared / 3)
  for (const status of [200, 400, 403, 429]) expect(statuses[status]).toBeGreaterThan(0)
}, 300_000)
