import { runHttpDifferential } from './http.ts'
import { differenceIn, runDifferential } from './run.ts'

test('random operations get the data and the errors of @apollo/gateway, but for named exceptions', async () => {
  const { found, unplanned, byApollo, withErrors, byMonolith, beyondApollo, spoilt } = await runDifferential({
    cases: 1_800,
    seed: 20_260_101,
  })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  expect(byApollo + byMonolith).toBeGreaterThan(5_000)
  // A run that sees nothing fail, or nothing succeed, shows little.
  expect(withErrors).toBeGreaterThan(byApollo / 10)
  expect(withErrors).toBeLessThan(byApollo * 0.8)
  expect(beyondApollo).toBeGreaterThan(100)
  expect(spoilt).toBeGreaterThan(500)
  expect(unplanned).toBe(0)
}, 300_000)

test.each([
  [
    'one name for a field with other arguments on another type',
    'library',
    '{ shelf { rows { ... on Film { reviews { text } } ... on Book { reviews(by: ["t0", "t2"]) { text } } } } }',
  ],
  [
    'a constant condition within another',
    'shop',
    'query($c0: Boolean! = false) { products @skip(if: $c0) { shipping volume @include(if: false) } anything { ... on Product { fans { email } } } }',
  ],
  [
    'a @requires under a condition, beside another',
    'shop',
    'query($c1: Boolean! = false) { maybeProducts { shipping @include(if: $c1) hype } }',
  ],
  [
    'an object that is fetched once and stands below different contexts',
    'office',
    '{ desks { lamp { shade { tint } } lamps { shade { tint } } } filed(n: 3) { lamp { shade { tint } } } }',
  ],
  [
    'a @requires under a condition that the planner forgets',
    'shop',
    'query($c0: Boolean! = false) { lowest { amount } ... @include(if: $c0) { lowest { shipping } } lowest { volume } }',
  ],
  [
    'a @requires beside one whose condition the planner forgets',
    'shop',
    'query($c1: Boolean! = true) { lowest { ... on Product @skip(if: $c1) { sku volume } shipping } }',
  ],
  ['a context in the middle of a fetch', 'office', '{ filed(n: 2) { spare { cable { length } } } }'],
  [
    'a context that comes with what waits for a context itself',
    'office',
    '{ filed(n: 2) { spare { power(at: 0) } lamps { shade { tint } } } }',
  ],
  ['a wider interface on an interface object', 'library', '{ worst { ... on Node { id } } }'],
  ['a key of which the subgraph says that it does not resolve it', 'office', '{ staff { title } }'],
  [
    'a field called __typename, beside one that a condition may leave empty',
    'office',
    'query($c1: Boolean! = true) { desk { lamps { desk { id @include(if: $c1) } desk { __typename: unit } } } }',
  ],
  [
    'a literal, and a default, that no number of JavaScript is',
    'bank',
    'query($with: [Amount!] = [{a: 1e400}]) { accounts(with: $with) { number fee(on: 9007199254740993) } }',
  ],
])('right where Apollo is not: %s', async (_, graph, query) => {
  expect(await differenceIn(graph, { query, variables: {} })).toBeNull()
})

test('a POST is answered as Apollo Server answers a GET, and the second time as the first: status, headers and body', async () => {
  const { found, compared, statuses } = await runHttpDifferential({ cases: 450, seed: 20_260_101 })
  if (found) throw new Error(JSON.stringify(found, null, 2))
  // Most were sent by GET as well.
  expect(compared).toBeGreaterThan(450 * 1.5)
  for (const status of [200, 400, 403, 429]) expect(statuses[status]).toBeGreaterThan(0)
}, 300_000)
