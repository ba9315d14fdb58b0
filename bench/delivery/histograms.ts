/** The histograms of a page in Prometheus's text format, by name and labels without `le`. */
export type Histograms = ReadonlyMap<string, Histogram>

export interface Histogram {
  /** For each upper bound in seconds, the number of values at or below it. */
  readonly buckets: readonly (readonly [bound: number, count: number])[]
  readonly sum: number
  readonly count: number
}

const LINE = /^([a-z0-9_]+?)_(bucket|sum|count)(?:\{(.*)\})? (\S+)$/

export function readHistograms(page: string): Histograms {
  const found = new Map<string, { buckets: [number, number][]; sum: number; count: number }>()
  for (const line of page.split('\n')) {
    const [, name, part, labels = '', value] = LINE.exec(line) ?? []
    if (name === undefined) continue
    const bound = /(?:^|,)le="([^"]*)"/.exec(labels)?.[1]
    const rest = labels.replace(/(?:^|,)le="[^"]*"/, '')
    const key = rest === '' ? name : `${name}{${rest}}`
    const histogram = found.get(key) ?? { buckets: [], sum: 0, count: 0 }
    found.set(key, histogram)
    if (part === 'bucket') histogram.buckets.push([bound === '+Inf' ? Infinity : Number(bound), Number(value)])
    else if (part === 'sum') histogram.sum = Number(value)
    else histogram.count = Number(value)
  }
  return found
}

/** The values that were added since an earlier reading. */
export function since(now: Histogram, before: Histogram | undefined): Histogram {
  if (!before) return now
  return {
    buckets: now.buckets.map(([bound, count], at) => [bound, count - (before.buckets[at]?.[1] ?? 0)]),
    sum: now.sum - before.sum,
    count: now.count - before.count,
  }
}

/** A quantile in milliseconds, as if the values of a bucket were evenly distributed. */
export function quantileMs({ buckets, count }: Histogram, share: number): number {
  const wanted = count * share
  let [lower, below] = [0, 0]
  for (const [bound, upTo] of buckets) {
    if (upTo >= wanted && upTo > below) {
      if (bound === Infinity) return lower * 1_000
      return (lower + ((wanted - below) / (upTo - below)) * (bound - lower)) * 1_000
    }
    lower = bound
    below = upTo
  }
  return NaN
}
