import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { visit } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { PublicFields } from '../supergraph/public-fields.ts'
import { fetchesOf } from './fetches-of.ts'

/** What subscribers may share of a subscription. Each of them was authorised for the whole subscription before. */
export interface Sharing {
  /**
   * One upstream stream serves every identity, because everything in the primary fetch is public, including the root
   * field.
   */
  readonly stream: boolean
  /** One response to an event serves every identity, because everything fetched for it is public. */
  readonly response: boolean
  /** The texts of the public fetches. */
  readonly fetches: ReadonlySet<string>
  /**
   * The client's variables on which the response to an event depends: all but those used only in the root field's
   * arguments.
   */
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
      // An argument's parent is the list of arguments, and its last ancestor is the field.
      return atRoot.has(ancestors.at(-1)) ? false : undefined
    },
    Variable: (node) => void names.add(node.name.value),
  })
  return (
    operation.variableDefinitions?.map(({ variable }) => variable.name.value).filter((name) => names.has(name)) ?? []
  )
}
