import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

/** What the linter's rules of imports hold, and what no rule of it holds: cycles in which imports of types stand. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '')

const imports = new Map(
  files.map((file) => [
    file,
    // Generated types name the types that they are made for, and those name them.
    file.includes('/generated/')
      ? []
      : ts
          .preProcessFile(readFileSync(file, 'utf8'))
          .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
          .map(({ fileName }) => normalize(join(dirname(file), fileName))),
  ]),
)

test('no file imports itself by way of others, types included', () => {
  expect(cyclesIn(imports)).toEqual([])
})

test('a cycle is found also where it is of types alone', () => {
  const text = ts.preProcessFile("import type { B } from './b.ts'").importedFiles.map(({ fileName }) => fileName)
  expect(text).toEqual(['./b.ts'])
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['a']],
  ])
  expect(cyclesIn(graph)).toEqual([['a', 'b', 'c']])
})

interface Told {
  /** Importer, imported, what the linter says. */
  readonly forbidden: readonly (readonly [string, string, readonly string[]])[]
  readonly allowed: readonly string[]
}

test('the linter refuses what each zone forbids, types included, and nothing else', () => {
  const told = execFileSync('node', ['test/support/import-rules.mjs'], { encoding: 'utf8' })
  const { forbidden, allowed } = JSON.parse(told) as Told
  expect(forbidden.length).toBeGreaterThan(200)
  expect(
    forbidden.filter(([, , messages]) => !messages.some((message) => message.includes('restricted zone'))),
  ).toEqual([])
  expect(allowed).toEqual([])
})

/** Each knot of files that reach each other, sorted. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const cycles: string[][] = []
  const low = (node: string) => lowest.get(node) ?? Infinity
  const follow = (node: string): void => {
    reached.set(node, reached.size)
    lowest.set(node, reached.size - 1)
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!reached.has(next)) follow(next)
      if (path.includes(next)) lowest.set(node, Math.min(low(node), low(next)))
    }
    if (low(node) !== reached.get(node)) return
    const knot = path.splice(path.indexOf(node))
    if (knot.length > 1) cycles.push(knot.sort())
  }
  for (const node of graph.keys()) if (!reached.has(node)) follow(node)
  return cycles
}
