import type { Levels } from '../delivery/index.ts'
import { readLevels } from '../delivery/index.ts'
import type { Platform } from './adapters.ts'

/** Interval of the two short queries that measure how far delivery is behind. */
const LOOK_MS = 5_000

/** Gauges of how far delivery is behind, for a process that serves metrics. An unknown level is NaN. */
export function watchLevels(
  { database, eventLog, metrics, log }: Platform,
  { delivers, pushes }: { readonly delivers: boolean; readonly pushes: boolean },
): AsyncDisposable {
  let levels: Levels | null = null
  const names: Record<string, keyof Levels> = {
    ...(delivers && {
      delivery_backlog_events: 'undone',
      delivery_unrelayed_events: 'unrelayed',
      delivery_lag_seconds: 'lagSeconds',
      delivery_parked_events: 'parkedEvents',
    }),
    ...((delivers || pushes) && { delivery_parked_pushes: 'parkedPushes' }),
  }
  const gauges = Object.entries(names).map(([name, level]) => metrics.gauge(name, () => levels?.[level] ?? Number.NaN))
  let reading: Promise<void> | null = null
  const readOnce = () => {
    // A slow database is not queried again meanwhile.
    reading ??= readLevels(database, eventLog.shards)
      .then(
        (found) => void (levels = found),
        (error: unknown) => {
          levels = null
          log.debug('How far delivery is behind could not be read', { error })
        },
      )
      .finally(() => (reading = null))
  }
  const timer = setInterval(readOnce, LOOK_MS)
  readOnce()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const gauge of gauges) gauge[Symbol.dispose]()
      await reading
    },
  }
}
