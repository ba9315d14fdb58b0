import type { IncomingMessage } from 'node:http'
import type { FormatError } from '../errors.ts'
import type { ReadRequest, Refused } from '../planning/document-cache.ts'
import type { Apollo } from '../operations/apollo.ts'
import type { OperationPipeline } from '../operations/pipeline.ts'
import type { Limits } from '../limits.ts'
import type { Subscriptions } from '../subscriptions/subscribe.ts'
import type { GraphRequest, Log, Metrics } from '../types.ts'
import type { Activity } from './activity.ts'
import type { Clients } from './clients.ts'
import type { Forwarded } from './forwarding.ts'
import type { ClientUsage } from './client-usage.ts'
import type { Origins } from './origins.ts'

/** What every transport needs of the gateway. */
export interface TransportDependencies {
  readonly clients: Clients
  readonly operations: OperationPipeline
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
  /** The user on whom the limits per user count; null for anonymous clients. */
  userOf(context: unknown): string | null
  /** The address, or network, on which the limits per address count. */
  addressOf(request: IncomingMessage): string
  readonly usage: ClientUsage
  /**
   * Returns the errors if this client may not start another operation on its socket; none if it may. Undefined if
   * there is no such limit.
   */
  readonly admitOperation: ((context: unknown) => Promise<readonly unknown[]>) | undefined
  /**
   * Must be called once per request, because it counts how often a client repeats a document. `variablesAgain` parses
   * the variables again, with their numbers exactly as sent.
   */
  read(request: GraphRequest, context: unknown, variablesAgain: () => unknown): ReadRequest | Refused
  /** True without an Origin: the client is no browser, or a page of the gateway's own host sent a GET. */
  originAllowed(request: IncomingMessage): boolean
  readonly origins: Origins
  /** False during and after the drain. */
  accepting(): boolean
}
