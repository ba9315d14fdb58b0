import { DEFAULT_LIMITS } from '../gateway/core/index.ts'

const START = '<!-- limits: written by npm run docs -->'
const END = '<!-- end of limits -->'

/** The core's README with its table of limits, from the comments and defaults in `limits.ts`. */
export function withLimits(readme: string, source: string): string {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END)
  if (start < 0 || end < start)
    throw new Error(`The README must have the marks "${START}" and "${END}", in this order.`)
  return `${readme.slice(0, start + START.length)}\n\n${limitsTable(source)}\n\n${readme.slice(end)}`
}

function limitsTable(source: string): string {
  const meanings = meaningsIn(source)
  const rows = Object.entries(DEFAULT_LIMITS).map(([name, value]: [string, number]) => {
    const meaning = meanings.get(name)
    if (!meaning)
      throw new Error(`The limit ${name} must have a comment in limits.ts: it is its meaning in the README.`)
    return `| \`${name}\` | ${withUnit(name, value)} | ${meaning} |`
  })
  return ['| limit | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The comment of each limit, on one line. */
function meaningsIn(source: string): ReadonlyMap<string, string> {
  const comments = source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+): number/g)
  return new Map(
    [...comments].map(([, comment = '', name = '']) => [name, comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim()]),
  )
}

const UNITS = {
  Bytes: [
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
    [1, 'bytes'],
  ],
  Ms: [
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
  ],
} as const

function withUnit(name: string, value: number): string {
  const units = name.endsWith('Ms') ? UNITS.Ms : name.includes('Bytes') ? UNITS.Bytes : []
  const [size, unit] = units.find(([size]) => value % size === 0) ?? [1, '']
  return `${(value / size).toLocaleString('en')} ${unit}`.trim()
}
