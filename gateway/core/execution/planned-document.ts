import { Kind, visit } from 'graphql'
import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql'

/** The variable of every `_entities` fetch: a client's variable of this name cannot stand beside it. */
const TAKEN = 'representations'

/** What the planner gets in place of the client's document. The response is shaped by the client's own. */
export interface PlannedDocument {
  readonly document: DocumentNode
  /** The client's variables, under the names that the plan uses. */
  rename<T>(given: Readonly<Record<string, T>>): Readonly<Record<string, T>>
}

export function documentToPlan(client: DocumentNode, operation: OperationDefinitionNode): PlannedDocument {
  const document = withoutIntrospection(client)
  const taken = operation.variableDefinitions?.some(({ variable }) => variable.name.value === TAKEN)
  if (!taken) return { document, rename: (given) => given }
  const free = unusedName(TAKEN, document)
  return {
    document: visit(document, {
      Variable(variable) {
        if (variable.name.value !== TAKEN) return undefined
        return { ...variable, name: { kind: Kind.NAME, value: free } }
      },
    }),
    rename<T>({ [TAKEN]: value, ...others }: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
      return value === undefined ? others : { ...others, [free]: value }
    },
  }
}

/** Introspection is answered here, and below a condition the planner fails on it. */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(field) {
      if (field.name.value !== '__schema' && field.name.value !== '__type') return undefined
      return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } satisfies FieldNode
    },
  })
}

/** Not found anywhere in the document, as a name or otherwise. */
function unusedName(wanted: string, document: DocumentNode): string {
  const source = JSON.stringify(document)
  let name = wanted
  do name += '_'
  while (source.includes(`"${name}"`))
  return name
}
