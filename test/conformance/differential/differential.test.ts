import { runHttpDifferential } from './http.ts'
import { runDifferential } from './run.ts'

test('random operations get the data and the errors of @apollo/gateway, but for named exceptions', async () => {
  const { found, unplanned, byApollo, withErrors, byMonolith, beyondApollo } = await runDifferential({
    cases: 1_600,
    seed: 20_260_101,
  })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  expect(byApollo + byMonolith).toBeGreaterThan(5_000)
  // A run that sees nothing fail, or nothing succeed, shows little.
  expect(withErrors).toBeGreaterThan(byApollo / 10)
  expect(withErrors).toBeLessThan(byApollo * 0.8)
  expect(beyondApollo).toBeGreaterThan(100)
  expect(unplanned).toBe(0)
}, 300_000)

test('over HTTP the fast path answers what Apollo Server answers: status, headers and body', async () => {
  const { found, compared, fast, statuses } = await runHttpDifferential({ cases: 450, seed: 20_260_101 })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  expect(fast).toBeGreaterThan(compared / 3)
  for (const status of [200, 400, 403, 429]) expect(statuses[status]).toBeGreaterThan(0)
}, 300_000)
