/**
 * Counters, histograms and gauges of one process, as Prometheus reads them.
 * Invariants: whatever is measured, memory is bounded; measuring is synchronous and waits for nothing.
 * May import nothing of ours.
 */
export { makeMetrics, type Metrics } from './metrics.ts'
