import type { Levels } from '../delivery/index.ts'
import { readLevels } from '../delivery/index.ts'
import type { Platform } from './adapters.ts'

/** Between two looks at how far delivery is behind; a look is two short queries. */
const LOOK_MS = 5_000

/** Gauges of how far delivery is behind, for a process that serves metrics. What a look could not learn is NaN. */
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
  let looking: Promise<void> | null = null
  const look = () => {
    // A database that answers slowly is not asked again meanwhile.
    looking ??= readLevels(database, eventLog.shards)
      .then(
        (found) => void (levels = found),
        (error: unknown) => {
          levels = null
          log.debug('How far delivery is behind could not be read', { error })
        },
      )
      .finally(() => (looking = null))
  }
  const timer = setInterval(look, LOOK_MS)
  look()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const gauge of gauges) gauge[Symbol.dispose]()
      await looking
    },
  }
}
