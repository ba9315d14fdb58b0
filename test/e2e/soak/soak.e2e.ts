import { soak } from '../../../bench/soak/soak.ts'
import { assetPath } from '../../../platform/assets.ts'

test('nothing is lost, doubled or swapped through reconnects, and what was open is closed in the end', async () => {
  const said: string[] = []
  const result = await soak({
    program: assetPath('dist/commands/standalone-gateway.js'),
    sockets: 200,
    seconds: 8,
    tickMs: 400,
    cutShare: 0.05,
    say: (line) => said.push(line),
  })
  expect(result.faults).toEqual([])
  expect(result.reconnects).toBeGreaterThan(0)
  expect(result.received).toBeGreaterThanOrEqual(200 * (result.ticks - 1))
  expect(said.at(-1)).toMatch(/^Handles: /)
}, 180_000)
