import type { Histograms } from './histograms.ts'
import type { Load } from './load-process.ts'

/** A running server that is measured. */
export interface Peer extends AsyncDisposable {
  readonly name: string
  readonly database: string
  readonly load: Load
  /** CPU time of all of its processes, in milliseconds. */
  cpu(): number
  /** How long events took in each stage since the start; empty if the server does not report it. */
  histograms(): Promise<Histograms>
  /** Of its process, or of each by its role; empty unless it was asked for. */
  readonly inspectors: ReadonlyMap<string, string>
}
