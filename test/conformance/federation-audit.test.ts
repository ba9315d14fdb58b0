import { runFederationAudit } from './federation-audit.ts'

/** An installed checkout of the audit, which is not part of this repository: see federation-audit.ts. */
const checkout = process.env['FEDERATION_AUDIT']

/** What is missed, as `suite number`: the planner forgets an entity's field for one of two branches. Data is null, with an error. */
const KNOWN_MISSES = ['keys-mashup 0']

;(checkout ? test : test.skip)(
  'the federation audit (FEDERATION_AUDIT=its checkout): nothing is missed but what is known',
  async () => {
    let cases = 0
    const missed: string[] = []
    for await (const result of runFederationAudit({ checkout: checkout ?? '' })) {
      cases += result.cases
      missed.push(...result.misses.map(({ suite, number }) => `${suite} ${number}`))
    }
    expect(missed.filter((miss) => !KNOWN_MISSES.includes(miss))).toEqual([])
    expect(cases).toBeGreaterThan(190)
  },
  5 * 60_000,
)
