import { readdirSync, readFileSync } from 'node:fs'
import { parse, print, visit, type DocumentNode } from 'graphql'
import { withLimits } from '../../../commands/limits-table.ts'
import { CloseCode } from '../../../gateway/core/index.ts'
import { assetPath } from '../../../platform/assets.ts'

/** What the package's documents say is what its source does. */
const core = assetPath('gateway/core')
const read = (path: string) => readFileSync(`${core}/${path}`, 'utf8')
const readme = read('README.md')
const protocol = read('PROTOCOL.md')

/** The rows of tables, without the blanks that align them. */
const cells = (text: string) => text.split('\n').map((line) => line.replace(/\s+/g, ' ').replace(/-+/g, '-'))

/** The first cells of the table under this heading. */
function firstCells(text: string, heading: string): string[] {
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '')
}

test('the table of limits has the names, defaults and comments of limits.ts: npm run docs writes it', () => {
  expect(cells(readme)).toEqual(cells(withLimits(readme, read('limits.ts'))))
})

test('the table of metrics has every metric of the source, and no other', () => {
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /^(?!dist|node_modules).*\.ts$/.test(path) && !path.endsWith('.test.ts'),
  )
  const counted = files.flatMap((path) => [...read(path).matchAll(/\.(?:count|observe)\(\s*'([^']+)'/g)])
  const names = new Set(counted.map(([, name]) => name))
  expect(names.size).toBeGreaterThan(10)
  expect(firstCells(readme, 'Metrics').sort()).toEqual([...names].sort())
})

test('the close codes of the README are those of CloseCode, and the protocol gives each a reason', () => {
  const codes = Object.values(CloseCode).map(String)
  expect(firstCells(readme, 'Close codes of sockets')).toEqual(codes)
  for (const name of Object.keys(CloseCode)) expect(readme).toContain(`\`${name}\``)
  expect(protocol).toContain('### Close codes')
  for (const code of codes) expect(protocol).toMatch(new RegExp(`^\\| \`${code}\``, 'm'))
})

test('the directives to paste are those of the product, without their descriptions', () => {
  const definitions = (text: string) => {
    const bare = visit(parse(text), {
      enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    })
    return (bare as DocumentNode).definitions
      .filter(({ kind }) => kind.endsWith('Definition'))
      .map((node) => print(node))
  }
  const blocks = [...readme.matchAll(/```graphql\n(extend schema[^]*?)```/g)].map(([, sdl]) => sdl ?? '')
  expect(blocks).toHaveLength(3)
  const ours = ['chat', 'users'].flatMap((room) =>
    definitions(readFileSync(assetPath(`schema/${room}/schema.graphql`), 'utf8')),
  )
  for (const definition of blocks.flatMap(definitions)) expect(ours).toContain(definition)
})

test('the tests that the README names for a mended planner are there', () => {
  const tests = read('planning/planner-faults.test.ts')
  const named = [...readme.matchAll(/^- "([^"]+)"$/gm)].map(([, name]) => name ?? '')
  expect(named).toHaveLength(2)
  for (const name of named) expect(tests).toContain(`test('${name}'`)
})
