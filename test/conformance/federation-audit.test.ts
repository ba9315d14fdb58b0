import { runFederationAudit } from './federation-audit.ts'

/** An installed checkout of the audit, which is not part of this repository: see federation-audit.ts. */
const checkout = process.env['FEDERATION_AUDIT']

;(checkout ? test : test.skip)(
  'the federation audit (FEDERATION_AUDIT=its checkout): nothing is missed',
  async () => {
    let cases = 0
    const missed: string[] = []
    for await (const result of runFederationAudit({ checkout: checkout ?? '' })) {
      cases += result.cases
      missed.push(...result.misses.map(({ suite, number }) => `${suite} ${number}`))
    }
    expect(missed).toEqual([])
    expect(cases).toBeGreaterThan(190)
  },
  5 * 60_000,
)
