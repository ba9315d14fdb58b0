export type Labels = Readonly<Record<string, string>>

/**
 * Label values come from fixed lists, never from clients. Throws for a malformed name, and for a name that is used for
 * two kinds.
 */
export interface Metrics {
  /** Adds to a counter: `gateway_events_total`. */
  count(name: string, labels?: Labels, by?: number): void
  /** Records a duration in seconds in a histogram: `gateway_operation_seconds`. */
  observe(name: string, seconds: number, labels?: Labels): void
  /**
   * Registers a gauge, whose value `read` returns at each scrape. Registering the same name and labels again replaces
   * it.
   */
  gauge(name: string, read: () => number, labels?: Labels): Disposable
  /** The text format of Prometheus, version 0.0.4. */
  render(): string
}

/**
 * Maximum label sets of one name, in case label values do come from outside. Beyond it all others are one,
 * `{overflow="true"}`.
 */
const MAX_SERIES = 200
/** Upper bounds in seconds: from a lookup in memory to a request that its client has given up. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const NONE: Labels = {}

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

/** `help` describes each name, in the line `# HELP` of its family. */
export function makeMetrics(help: Readonly<Record<string, string>> = {}): Metrics {
  const families = new Map<string, Family>()

  const seriesOf = (kind: Kind, name: string, labels: Labels = NONE): Series => {
    let family = families.get(name)
    if (!family) {
      if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new TypeError(`"${name}" is not a valid name for a metric.`)
      families.set(name, (family = { kind, series: new Map() }))
    }
    if (family.kind !== kind) throw new TypeError(`${name} is a ${family.kind}, not a ${kind}.`)
    const key = labels === NONE ? '' : format(labels)
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

/** A gauge that fails must not affect other metrics. */
function safely(read: () => number): number {
  try {
    return read()
  } catch {
    return Number.NaN // the format's value for "unknown"
  }
}

/** Sorted, so that equal labels are one series. */
function format(labels: Labels): string {
  const escaped = (value: string) =>
    value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')
}
