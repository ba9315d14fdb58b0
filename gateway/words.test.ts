import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The gateway works over any supergraph: what it is used for here must not be known in it. */
// Put together, so that this file passes its own check.
const WORDS = ['convers' + 'ation', 'in' + 'box', 'mem' + 'ber', 'gr' + 'oups']
/** As a word or a part of a camelCase name, but not within another word, like "remember". */
const FORBIDDEN = new RegExp(
  WORDS.map((word) => `(?<![A-Za-z])${word}|(?<![A-Z])${word[0]?.toUpperCase()}${word.slice(1)}`).join('|'),
)

test('no word of the product stands in the gateway', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  expect(files).toContain('words.test.ts')
  expect(files.length).toBeGreaterThan(30)
  const found = files.flatMap((file) =>
    readFileSync(join(import.meta.dirname, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => (FORBIDDEN.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
  for (const text of ['a Mem' + 'ber', 'theIn' + 'box', 'gr' + 'oupsOf']) expect(text).toMatch(FORBIDDEN)
  expect('remembered').not.toMatch(FORBIDDEN)
})
