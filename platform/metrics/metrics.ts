export type Labels = Readonly<Record<string, string>>

/** Labels come from fixed lists, never from clients. A name that is not well formed, or of two kinds, throws. */
export interface Metrics {
  /** Adds to a counter: `gateway_events_total`. */
  count(name: string, labels?: Labels, by?: number): void
  /** Puts a duration in seconds into a histogram: `gateway_operation_seconds`. */
  observe(name: string, seconds: number, labels?: Labels): void
  /** A level that `read` gives whenever it is asked for; the same name and labels again replace it. */
  gauge(name: string, read: () => number, labels?: Labels): Disposable
  /** The text format of Prometheus, version 0.0.4. */
  render(): string
}

/** Label sets of one name. Stops labels that do come from outside; beyond it all others are one, `{overflow="true"}`. */
const MAX_SERIES = 200
/** Upper bounds in seconds: from a lookup in memory to a request that everybody has given up. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Kind = 'counter' | 'histogram' | 'gauge'
interface Series {
  readonly labels: string
  value: number
  /** Histogram only: observations per bucket (the last one unbounded), not yet cumulative. */
  readonly buckets: number[]
  read?: () => number
}
interface Family {
  readonly kind: Kind
  readonly series: Map<string, Series>
}

/** `help` says of each name what it counts: the line `# HELP` of its family. */
export function makeMetrics(help: Readonly<Record<string, string>> = {}): Metrics {
  const families = new Map<string, Family>()

  const seriesOf = (kind: Kind, name: string, labels: Labels = {}): Series => {
    let family = families.get(name)
    if (!family) {
      if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new TypeError(`${name} is no name for a metric.`)
      families.set(name, (family = { kind, series: new Map() }))
    }
    if (family.kind !== kind) throw new TypeError(`${name} is a ${family.kind}, not a ${kind}.`)
    const key = format(labels)
    const known = family.series.get(key)
    if (known) return known
    if (family.series.size >= MAX_SERIES && labels['overflow'] !== 'true')
      return seriesOf(kind, name, { overflow: 'true' })
    const made = {
      labels: key,
      value: 0,
      buckets: kind === 'histogram' ? Array<number>(BUCKETS.length + 1).fill(0) : [],
    }
    family.series.set(key, made)
    return made
  }

  return {
    count(name, labels, by = 1) {
      seriesOf('counter', name, labels).value += by
    },
    observe(name, seconds, labels) {
      const series = seriesOf('histogram', name, labels)
      const at = BUCKETS.findIndex((bound) => seconds <= bound)
      const bucket = at < 0 ? BUCKETS.length : at
      series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
      series.value += seconds
    },
    gauge(name, read, labels) {
      const series = seriesOf('gauge', name, labels)
      series.read = read
      return {
        [Symbol.dispose]() {
          if (series.read === read) families.get(name)?.series.delete(series.labels)
        },
      }
    },
    render() {
      const lines: string[] = []
      for (const [name, { kind, series }] of families) {
        if (series.size === 0) continue
        if (Object.hasOwn(help, name)) lines.push(`# HELP ${name} ${escapeHelp(help[name] ?? '')}`)
        lines.push(`# TYPE ${name} ${kind}`)
        for (const one of series.values()) lines.push(...renderSeries(kind, name, one))
      }
      return lines.map((line) => `${line}\n`).join('')
    },
  }
}

function renderSeries(kind: Kind, name: string, { labels, value, buckets, read }: Series): string[] {
  const wrapped = (text: string) => (text === '' ? '' : `{${text}}`)
  if (kind !== 'histogram') return [`${name}${wrapped(labels)} ${read ? safely(read) : value}`]
  let total = 0
  const bounds = [...BUCKETS.map(String), '+Inf'].map((bound, at) => {
    total += buckets[at] ?? 0
    return `${name}_bucket${wrapped([labels, `le="${bound}"`].filter(Boolean).join(','))} ${total}`
  })
  return [...bounds, `${name}_sum${wrapped(labels)} ${value}`, `${name}_count${wrapped(labels)} ${total}`]
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** One gauge that fails must not take all other metrics with it. */
function safely(read: () => number): number {
  try {
    return read()
  } catch {
    return Number.NaN // what the format has for "not known"
  }
}

/** In one order, so that the same labels are one series. */
function format(labels: Labels): string {
  const escaped = (value: string) =>
    value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')
}
