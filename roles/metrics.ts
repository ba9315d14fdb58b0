import type { Levels } from '../delivery/index.ts'
import { readLevels } from '../delivery/index.ts'
import type { Platform } from './adapters.ts'

/** What each metric says, for the line `# HELP` of `/metrics`. A test holds that none is missing. */
export const descriptions: Readonly<Record<string, string>> = {
  delivery_backlog_events:
    'Events that some recipient was neither reached nor pushed with, over all processes; at most 10,000 per shard are counted.',
  delivery_duplicates_dropped_total: 'Events that the queue brought again, after they were done.',
  delivery_holes_filled_total: 'Events that the queue did not bring, read from the event log.',
  delivery_lag_seconds: 'Age of the oldest event of the backlog, over all processes.',
  delivery_parked_events: 'Events that were set aside because they cannot be delivered, in delivery.parked.',
  delivery_parked_pushes: 'Pushes that were set aside because the provider refuses them, in delivery.parked_pushes.',
  delivery_parked_total: 'Events that this process set aside because they cannot be delivered.',
  delivery_publish_to_deliver_seconds: 'From the append of an event until everybody of it was reached or pushed to.',
  delivery_pushes_total: 'Decisions to push, by reason; nothing is sent until a push provider is configured.',
  delivery_reached_total: 'Devices that a stream reached in time.',
  delivery_relayed_total: 'Events that the queue has confirmed.',
  delivery_repeated_pushes_dropped_total: 'Pushes that were decided on again for a message and device that had one.',
  delivery_unrelayed_events: 'Events that the relay has not published yet; at most 10,000 are counted.',
  gateway_closed_sockets_total: 'Sockets that were closed, by close code.',
  gateway_document_bytes: 'Memory for parsed documents and all that is made of them, as estimated.',
  gateway_documents_evicted_total: 'Documents that were dropped so that others have place.',
  gateway_documents_refused_total: 'Requests whose document was refused before it was validated, by code.',
  gateway_event_retries_total: 'Tries of an event that could not be completed, since a part of the system was away.',
  gateway_event_seconds: 'What completing an event from other subgraphs took.',
  gateway_events_total: 'Events that subgraphs sent, once per shared stream.',
  gateway_executions_total: 'Completions of events from other subgraphs; those who may see the same share one.',
  gateway_frames_total: 'Events that were written to clients.',
  gateway_lost_events_total:
    'Events at which streams were ended, since they could not be completed in time: clients resume before them.',
  gateway_operations: 'Queries and mutations under way.',
  gateway_operations_total: 'Queries and mutations, by transport.',
  gateway_readers: 'Subscriptions of clients that are open.',
  gateway_refused_total: 'Connections, bodies and answers that were refused, by the limit per address or user.',
  gateway_request_seconds: 'What an HTTP request took; a stream counts until its end.',
  gateway_requests_total: 'HTTP requests, by status.',
  gateway_resubscriptions_total: 'Streams to a subgraph that were opened again after a break.',
  gateway_slow_consumers_total: 'Clients that were sent away because they did not take what they had asked for.',
  gateway_sockets: 'WebSockets of clients that are open.',
  gateway_streams: 'Subscriptions at subgraphs that are open; clients who ask the same share one.',
  users_otp_refused_total: 'One-time passwords that a limit kept from being sent, by limit.',
  users_otp_sent_total: 'One-time passwords that were handed to the carrier.',
}

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
