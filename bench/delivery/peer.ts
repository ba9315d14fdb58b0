import type { Histograms } from './histograms.ts'
import type { Load } from './load-process.ts'

/** A server that is measured, and its users. */
export interface Peer extends AsyncDisposable {
  readonly name: string
  readonly database: string
  readonly load: Load
  /** CPU time of its process or processes, in milliseconds. */
  cpu(): number
  /** How long its events took from stage to stage, counted since its start; empty where it does not say. */
  histograms(): Promise<Histograms>
  /** Of its process, or of each by its role; empty unless it was asked for. */
  readonly inspectors: ReadonlyMap<string, string>
}
