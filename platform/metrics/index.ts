/**
 * Counters, histograms and gauges of one process, in Prometheus's format. Invariants: memory is bounded for any input;
 * measuring is synchronous. May import nothing of ours.
 */
export { makeMetrics, type Metrics } from './metrics.ts'
