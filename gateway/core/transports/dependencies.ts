import type { IncomingMessage } from 'node:http'
import type { FormatError } from '../errors.ts'
import type { ReadRequest, Refused } from '../planning/documents.ts'
import type { Apollo } from '../operations/apollo.ts'
import type { Operations } from '../operations/operations.ts'
import type { Limits } from '../limits.ts'
import type { Subscriptions } from '../subscriptions/subscribe.ts'
import type { GraphRequest, Log, Metrics } from '../types.ts'
import type { Activity } from './activity.ts'
import type { Clients } from './clients.ts'
import type { Forwarded } from './forwarding.ts'
import type { Shares } from './shares.ts'
import type { Origins } from './origins.ts'

/** What every transport needs of the gateway. */
export interface TransportDependencies {
  readonly clients: Clients
  readonly operations: Operations
  readonly apollo: Apollo
  readonly subscriptions: Subscriptions
  readonly activity: Activity
  readonly forwarded: Forwarded
  readonly limits: Limits
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
  requestId(headers: IncomingMessage['headers']): string
  identityOf(context: unknown): string
  /** Who shares what one user may hold; null for nobody in particular. */
  userOf(context: unknown): string | null
  /** Who shares what one address may hold. */
  addressOf(request: IncomingMessage): string
  readonly shares: Shares
  /** Empty where this client may have another operation on its socket read. Undefined where everybody may. */
  readonly admitOperation: ((context: unknown) => Promise<readonly unknown[]>) | undefined
  /**
   * To be called once per request: who comes again is known by it. `variablesAgain` reads the variables anew, with their
   * numbers as they were sent.
   */
  read(request: GraphRequest, context: unknown, variablesAgain: () => unknown): ReadRequest | Refused
  /** True without an Origin: then it is no browser, or a GET of the page's own host. */
  originAllowed(request: IncomingMessage): boolean
  readonly origins: Origins
  /** False while draining and after. */
  accepting(): boolean
}
