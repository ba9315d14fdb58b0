import { Kind, visit } from 'graphql'
import type { ConstDirectiveNode, DocumentNode } from 'graphql'

/**
 * A fetch back to the subgraph that an entity came from, such as one for a @requires, uses the first of the entity's
 * keys there: the planner (2.14, `getLocallySatisfiableKey`) ignores `resolvable`. It finds nothing by a key that the
 * subgraph does not resolve, so those keys are moved behind the others. For fetches to other subgraphs the planner
 * only uses resolvable keys, whose order stays.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const inOrder = <T extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(node: T): T => {
    const { directives = [] } = node
    return directives.some(isUnresolvable) ? { ...node, directives: ordered(directives) } : node
  }
  return visit(supergraph, { ObjectTypeDefinition: inOrder, InterfaceTypeDefinition: inOrder })
}

/**
 * Each subgraph's directives keep their positions among the others, because the order of subgraphs decides between
 * equal plans.
 */
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

/** The graph of a @join__type; undefined for other directives. */
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
