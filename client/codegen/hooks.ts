/** A plugin of @graphql-codegen: writes a React hook for each operation, beside the documents of `typed-document-node`. */
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql'

interface DocumentFile {
  readonly document?: DocumentNode
}

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode

const operationsOf = (files: readonly DocumentFile[]): OperationDefinitionNode[] =>
  files.flatMap(({ document }) =>
    (document?.definitions ?? []).filter((definition) => definition.kind === Kind.OPERATION_DEFINITION),
  )

/** As `typescript-operations` names types: each word begins with a capital. */
const pascal = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('_')

function hookOf({ name, operation, variableDefinitions = [] }: OperationDefinitionNode): string[] {
  if (!name) throw new Error(`A ${operation} without a name has no hook: name it.`)
  const type = pascal(name.value)
  const kind = pascal(operation)
  if (operation === MUTATION) return [`export const use${type}Mutation = () => useMutation(${type}Document)`]
  const variables = `${type}${kind}Variables`
  const options = operation === QUERY ? 'QueryOptions' : `SubscriptionOptions<${type}Subscription>`
  // Without a required variable a component need not name any.
  const isOptional = variableDefinitions.every(
    ({ type: declared, defaultValue }) => declared.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined,
  )
  const hook = operation === QUERY ? 'useQuery' : 'useSubscription'
  return [
    `export const use${type}${kind} = (variables: ${variables}${isOptional ? ' = {}' : ''}, options?: ${options}) =>`,
    `  ${hook}(${type}Document, variables, options)`,
    ...(operation === QUERY
      ? [
          `export const useSuspense${type}Query = (variables: ${variables}${isOptional ? ' = {}' : ''}) =>`,
          `  useSuspenseQuery(${type}Document, variables)`,
        ]
      : []),
  ]
}

export function plugin(_schema: unknown, files: readonly DocumentFile[]): { prepend: string[]; content: string } {
  const operations = operationsOf(files)
  const kinds = new Set(operations.map(({ operation }) => operation))
  const names = [
    ...(kinds.has(QUERY) ? ['type QueryOptions', 'useQuery', 'useSuspenseQuery'] : []),
    ...(kinds.has(MUTATION) ? ['useMutation'] : []),
    ...(kinds.has(SUBSCRIPTION) ? ['type SubscriptionOptions', 'useSubscription'] : []),
  ]
  if (names.length === 0) return { prepend: [], content: '' }
  return {
    prepend: [`import { ${names.join(', ')} } from '@parley/client/react'`],
    content: operations.flatMap((operation) => [...hookOf(operation), '']).join('\n'),
  }
}
