import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql'
import type { GatewayOptions, LoadedSchema, Transport } from './types.ts'

export interface ToCheck {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly schema: LoadedSchema
  readonly scope: { readonly context: unknown; readonly requestId: string }
  readonly transport: Transport
}

/** Calls the `checkOperation` option; no errors if the option is absent or allows the operation. */
export type CheckOperation = (asked: ToCheck) => readonly GraphQLError[] | Promise<readonly GraphQLError[]>

export function makeCheckOperation(options: Pick<GatewayOptions<unknown>, 'checkOperation'>): CheckOperation {
  if (!options.checkOperation) return () => []
  const check = options.checkOperation.bind(options)
  return ({ variables = {}, scope: { context, requestId }, ...asked }) =>
    check({ ...asked, variables, context, requestId })
}
