import type { Transport } from './clients/client.ts'
import { ourSettings, startOurs } from './ours.ts'
import { casesOf, openStage, whySkipped, worldOptions, type Stage } from './suite.ts'
import { runCase } from './world.ts'

/** Some cases go through hundreds of faults, on a machine that may have more to do. */
const TIMEOUT_MS = 120_000

/** Every case, optional ones too, is a test of our gateway over this transport; `known` are the titles of what we miss. */
export function testOurs(transport: Transport, known: readonly string[] = [], inProcess?: true): void {
  // What comes from subgraphs is handled before it is known over which transport it goes on: one of them shows it.
  const { upstreamSockets: _, ...others } = ourSettings
  const settings = transport === 'ws' ? ourSettings : others
  const options = { transport, settings, ...(inProcess && { inProcess }) }
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(({ sdl }, subgraphs) => startOurs(sdl, { inProcess: inProcess ? subgraphs : undefined }))
  })
  afterAll(() => stage?.[Symbol.asyncDispose]())

  const cases = casesOf().filter(({ one }) => whySkipped(one, options) === null)
  test.each(cases.map(({ concern, one }) => [concern.name, one.title, one] as const))(
    '%s: %s',
    async (_, title, one) => {
      const run = runCase(one, worldOptions(stage, options))
      if (known.includes(title)) await expect(run).rejects.toThrow()
      else await run
    },
    TIMEOUT_MS,
  )

  test('titles are unique, and what is known to be missed is among them', () => {
    const titles = casesOf().map(({ one }) => one.title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(titles).toEqual(expect.arrayContaining([...known]))
  })
}
