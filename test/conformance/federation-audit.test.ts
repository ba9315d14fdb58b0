import { runFederationAudit } from './federation-audit.ts'

/** An installed checkout of the audit, which is not part of this repository: see federation-audit.ts. */
const checkout = process.env['FEDERATION_AUDIT']

/** Where Apollo's planner or executor gives another answer, as `suite number`. The last four are wrong data, no error. */
const KNOWN_MISSES = [
  'keys-mashup 0',
  'non-resolvable-interface-object 1',
  'requires-with-argument 2',
  'requires-with-argument 3',
  'requires-with-argument 4',
  'requires-with-argument-conflict 0',
]

;(checkout ? test : test.skip)(
  'the federation audit (FEDERATION_AUDIT=its checkout): nothing is missed but what is known',
  async () => {
    let cases = 0
    const missed: string[] = []
    for await (const result of runFederationAudit({ checkout: checkout ?? '' })) {
      cases += result.cases
      missed.push(...result.misses.map(({ suite, number }) => `${suite} ${number}`))
    }
    expect(missed).toEqual(KNOWN_MISSES)
    expect(cases).toBeGreaterThan(190)
  },
  5 * 60_000,
)
