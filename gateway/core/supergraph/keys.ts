import { Kind, visit } from 'graphql'
import type { ConstDirectiveNode, DocumentNode } from 'graphql'

/**
 * A fetch that goes back to the subgraph that it came from, as one for a @requires does, takes the first of the entity's
 * keys there: the planner (2.14, `getLocallySatisfiableKey`) does not look at `resolvable`. By a key that the subgraph does
 * not resolve it finds nothing, so here those stand behind the others. For fetches to other subgraphs the planner uses
 * resolvable keys only, whose order stays.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const inOrder = <T extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(node: T): T => {
    const { directives = [] } = node
    return directives.some(isUnresolvable) ? { ...node, directives: ordered(directives) } : node
  }
  return visit(supergraph, { ObjectTypeDefinition: inOrder, InterfaceTypeDefinition: inOrder })
}

/** Each subgraph's applications keep the places that they have, for the order of subgraphs decides between equal plans. */
function ordered(directives: readonly ConstDirectiveNode[]): readonly ConstDirectiveNode[] {
  const rest = new Set(directives)
  return directives.map((directive) => {
    const graph = graphOf(directive)
    const same = graph === undefined ? [directive] : [...rest].filter((other) => graphOf(other) === graph)
    const next = same.find((other) => !isUnresolvable(other)) ?? same[0] ?? directive
    rest.delete(next)
    return next
  })
}

/** Of a @join__type; undefined for other directives. */
function graphOf(directive: ConstDirectiveNode): string | undefined {
  const graph = isJoin(directive) ? argumentOf(directive, 'graph') : undefined
  return graph?.kind === Kind.ENUM ? graph.value : undefined
}

function isUnresolvable(directive: ConstDirectiveNode): boolean {
  const resolvable = isJoin(directive) ? argumentOf(directive, 'resolvable') : undefined
  return resolvable?.kind === Kind.BOOLEAN && !resolvable.value
}

function isJoin({ name }: ConstDirectiveNode): boolean {
  return name.value === 'join__type'
}

function argumentOf(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value
}
