import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import type { Log } from '../../platform/log/log.ts'
import { REQUEST_ID_FORMAT } from '../../platform/signature/canonical.ts'
import { IdentityRefused, makeVerifier, type Verified, type VerifyOptions } from '../../platform/signature/verify.ts'
import type { GraphRequest } from './executor.ts'

/** The error for input that is not a GraphQL request. */
export const badRequest = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })

/** Null for anything but a GraphQL request. An empty operation name counts as absent, as at the gateway. */
export function parseRequest(value: unknown): GraphRequest | null {
  if (!isRecord(value)) return null
  const { query, operationName, variables } = value
  if (typeof query !== 'string') return null
  if (operationName != null && typeof operationName !== 'string') return null
  if (variables != null && !isRecord(variables)) return null
  return { query, ...(operationName && { operationName }), ...(variables != null && { variables }) }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text that the gateway signs if there are no raw bytes: in-process and on a shared socket. */
export const signedText = ({ query, operationName, variables }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ query, operationName, variables })

/** The gateway's id of the request, so that both logs can be read together; otherwise a new one. */
export function requestIdOf(headers: Readonly<Record<string, unknown>>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID_FORMAT.test(given) ? given : randomUUID()
}

export type Admit = (
  headers: Readonly<Record<string, unknown>>,
  body: string | Uint8Array,
  requestId: string,
) => Verified | GraphQLError

/** Admits only requests that the gateway signed. The reason of a refusal is only logged. */
export function makeAdmit(options: VerifyOptions, log: Log): Admit {
  const verify = makeVerifier(options)
  return (headers, body, requestId) => {
    try {
      return verify(headers, body)
    } catch (error) {
      if (!(error instanceof IdentityRefused)) throw error
      log.warn('A request did not come from the gateway.', { requestId, reason: error.reason })
      return new GraphQLError(error.message, { extensions: { code: error.extensions.code } })
    }
  }
}
