import { type Histogram, quantileMs } from './histograms.ts'
import type { Quantiles } from './load/protocol.ts'
import type { Figures, Rest } from './measure.ts'

/** Prints progress to stderr. Only the results go to stdout. */
export const note = (text: string) => process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`)
export const say = (line = '') => process.stdout.write(`${line}\n`)

export function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  say([line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'))
  say()
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Formats a number with its significant digits. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4)
}

type Measure = (figures: Figures) => number

const together: Measure = ({ programMs, postgresMs }) => programMs + postgresMs
const perSend: Measure = (figures) => together(figures) / figures.sends
const perDelivery: Measure = (figures) => together(figures) / figures.deliveries
const sendsPerSecond: Measure = ({ sends, answeredMs }) => (sends / answeredMs) * 1_000
const deliveriesPerSecond: Measure = ({ deliveries, deliveredMs }) => (deliveries / deliveredMs) * 1_000

/**
 * Prints a row per server: the medians over the rounds, and the medians of the ratios to the reference in the same
 * round.
 */
export function printCase(results: ReadonlyMap<string, readonly Figures[]>, reference: string | null): void {
  const compared = reference === null ? undefined : results.get(reference)
  const of = (rounds: readonly Figures[], measure: Measure) => median(rounds.map(measure))
  const cell = (rounds: readonly Figures[], measure: Measure) => {
    const text = shown(of(rounds, measure))
    if (!compared || compared === rounds) return text
    const quotient = median(rounds.map((figures, round) => measure(figures) / measure(compared[round]!)))
    return `${text} (${shown(quotient)} x)`
  }
  const times = (rounds: readonly Figures[], quantiles: (figures: Figures) => Quantiles) =>
    `${cell(rounds, (figures) => quantiles(figures).p50)} / ${cell(rounds, (figures) => quantiles(figures).p99)}`
  const range = (rounds: readonly Figures[], measure: Measure) => {
    const values = rounds.map(measure)
    return `${shown(Math.min(...values))}–${shown(Math.max(...values))}`
  }
  table(
    [
      'server',
      'program + PostgreSQL',
      'CPU-ms a send',
      'least–most',
      'CPU-ms a delivery',
      'sends/s',
      'deliveries/s',
      'answer p50 / p99 ms',
      'delivery p50 / p99 ms',
      'WAL KB a send',
      'load CPU-ms a send',
    ],
    [...results].map(([name, rounds]) => [
      name,
      `${shown(of(rounds, (one) => one.programMs / one.sends))} + ${shown(of(rounds, (one) => one.postgresMs / one.sends))}`,
      cell(rounds, perSend),
      range(rounds, perSend),
      cell(rounds, perDelivery),
      cell(rounds, sendsPerSecond),
      cell(rounds, deliveriesPerSecond),
      times(rounds, ({ answer }) => answer),
      times(rounds, ({ delivery }) => delivery),
      shown(of(rounds, ({ walBytes, sends }) => walBytes / 1_024 / sends)),
      shown(of(rounds, ({ loadCpuMs, sends }) => loadCpuMs / sends)),
    ]),
  )
}

/** Prints how long events took in each stage, over all rounds. */
export function printStages(results: ReadonlyMap<string, readonly Figures[]>, names: readonly string[]): void {
  const rows: string[][] = []
  for (const [server, rounds] of results) {
    for (const name of names) {
      const all = rounds.flatMap(({ stages }) => stages.get(name) ?? []).filter(({ count }) => count > 0)
      if (all.length === 0) continue
      const sum = all.reduce(add)
      rows.push([
        server,
        name,
        shown(quantileMs(sum, 0.5)),
        shown(quantileMs(sum, 0.99)),
        shown((sum.sum / sum.count) * 1_000),
      ])
    }
  }
  if (rows.length > 0) table(['server', 'stage', 'p50 ms', 'p99 ms', 'mean ms'], rows)
}

function add(one: Histogram, other: Histogram): Histogram {
  return {
    buckets: one.buckets.map(([bound, count], at) => [bound, count + (other.buckets[at]?.[1] ?? 0)]),
    sum: one.sum + other.sum,
    count: one.count + other.count,
  }
}

export function printRests(rests: ReadonlyMap<string, Rest>): void {
  table(
    ['a second of rest', 'program CPU-ms', 'PostgreSQL CPU-ms'],
    [...rests].map(([name, { program, postgres }]) => [name, shown(program), shown(postgres)]),
  )
}
