import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '../test/support/eventually.ts'
import { type Check, makeHealth } from './health.ts'

async function serve(checks: Readonly<Record<string, Check>>) {
  const server = createServer(makeHealth(checks))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    async ready() {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`)
      return { status: response.status, body: await response.json() }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('readiness is asked of a part once a second at most, however many ask here', async () => {
  let queries = 0
  const began = performance.now()
  await using health = await serve({ database: async () => void queries++ })
  const answers = await Promise.all(Array.from({ length: 100 }, () => health.ready()))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(queries).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000)
  const before = queries
  await eventually(async () => {
    await health.ready()
    return queries > before
  })
})

test('a part that does not answer is asked once, by all who wait', async () => {
  let queries = 0
  let answer: (() => void) | undefined
  const asked = () => {
    queries++
    return new Promise<void>((resolve) => (answer = resolve))
  }
  await using health = await serve({ database: asked })
  const waiting = [health.ready(), health.ready(), health.ready()]
  await eventually(() => answer !== undefined)
  const late = health.ready()
  answer?.()
  expect(await Promise.all([...waiting, late])).toEqual(Array(4).fill({ status: 200, body: { status: 'ready' } }))
  expect(queries).toBe(1)
})

test('a flag of this process is looked at each time, and a part that comes back is seen', async () => {
  let [draining, away] = [false, true]
  await using health = await serve({
    gateway: () => !draining,
    database: async () => {
      if (away) throw new Error('away')
    },
  })
  expect(await health.ready()).toEqual({ status: 503, body: { status: 'waiting', away: ['database'] } })
  away = false
  await eventually(async () => expect((await health.ready()).status).toBe(200))
  draining = true
  expect(await health.ready()).toEqual({ status: 503, body: { status: 'waiting', away: ['gateway'] } })
})
