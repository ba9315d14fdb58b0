import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { visit } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { PublicFields } from '../supergraph/public-fields.ts'
import { fetchesOf } from './fetches-of.ts'

/** Who may share what of a subscription; everybody was authorised for the whole of it before. */
export interface Sharing {
  /** One upstream stream serves every identity: all that the primary fetch selects is public, the root field included. */
  readonly stream: boolean
  /** One response to an event serves every identity to which it comes: all that is fetched for it is public. */
  readonly response: boolean
  /** The texts of the fetches that are public. */
  readonly fetches: ReadonlySet<string>
  /** The client's variables on which the response to an event depends: those of the root field's arguments do not count. */
  readonly variables: readonly string[]
}

export function sharingOf(
  fields: PublicFields,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  atRoot: ReadonlySet<unknown>,
  primary: FetchNode,
  rest: readonly PlanNode[],
): Sharing {
  const all = rest.flatMap(fetchesOf).map((fetch) => fetch.operation)
  const fetches = new Set(all.filter((text) => fields.fetch(text)))
  return {
    stream: fields.fetch(primary.operation),
    response: all.every((text) => fetches.has(text)),
    fetches,
    variables: variablesBelowRoot(document, operation, atRoot),
  }
}

function variablesBelowRoot(document: DocumentNode, operation: OperationDefinitionNode, atRoot: ReadonlySet<unknown>) {
  const names = new Set<string>()
  visit(document, {
    OperationDefinition: (node) => (node === operation ? undefined : false),
    VariableDefinition: () => false,
    Argument(_node, _key, _parent, _path, ancestors) {
      // The list of arguments is the parent, and the last of the ancestors is the field.
      return atRoot.has(ancestors.at(-1)) ? false : undefined
    },
    Variable: (node) => void names.add(node.name.value),
  })
  return (
    operation.variableDefinitions?.map(({ variable }) => variable.name.value).filter((name) => names.has(name)) ?? []
  )
}
