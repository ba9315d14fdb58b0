import { describeWith, SERVICES, urlOf } from '../support/services.ts'
import { FAULTS, PARTS } from './suite/faults.ts'
import { findMissing } from './suite/servers.ts'
import { runTrial } from './suite/trial.ts'

/** `npm run faults` has more faults, and more sends; here it is about a minute on a machine that does nothing else. */
const SENDS = 350

jest.setTimeout(600_000)

const missing = findMissing()
const unavailable = SERVICES.find((service) => urlOf(service) === null)
if (missing.length > 0 && process.env['CI']) throw new Error(`This test needs ${missing.join(', ')}.`)
const name = 'While every part is killed once, under load'

function tests(): void {
  test('each recipient gets each acknowledged message once and in order, and one push decision where offline', async () => {
    const faults = PARTS.map((part) => FAULTS.find((fault) => fault.name === part)!)
    const outcome = await runTrial({ sends: SENDS, faults, say: () => {} })
    expect(outcome.faults).toEqual([])
    expect(outcome).toMatchObject({ sends: SENDS, acknowledged: SENDS })
    expect(outcome.check).toEqual({ passed: true, output: expect.stringContaining('All is well') })
    // Sends were under way when a part died, or this shows nothing.
    expect(outcome.retries).toBeGreaterThan(0)
  })
}

if (missing.length > 0) describe.skip(`${name} (skipped: no ${missing.join(', ')})`, tests)
else describeWith(unavailable ?? 'postgres', name, tests)
