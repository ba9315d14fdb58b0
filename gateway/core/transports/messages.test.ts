import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloseCode, closeCodeOf } from './messages.ts'

test('every close code stands in the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/subscriptions.md'), 'utf8')
  const documented = [...page.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code))
  expect(documented).toEqual(expect.arrayContaining(Object.values(CloseCode)))
})

test('a refusal that passes by itself has a close code after which stock clients come back', () => {
  expect([500, 502, 503, 429].map(closeCodeOf)).toEqual([1013, 1013, 1013, 1013])
  expect([401, 403].map(closeCodeOf)).toEqual([4401, 4403])
})
