import { getNamedType, GraphQLError } from 'graphql'
import type { ASTVisitor, FloatValueNode, IntValueNode, ValidationContext } from 'graphql'

/**
 * A validation rule. graphql-js accepts `1e400` for a Float, as Infinity, which JSON to a subgraph cannot represent.
 */
export function finiteFloats(context: ValidationContext): ASTVisitor {
  const check = (node: IntValueNode | FloatValueNode) => {
    if (getNamedType(context.getInputType())?.name !== 'Float' || Number.isFinite(Number(node.value))) return
    context.reportError(new GraphQLError(`Float cannot represent a number as large as ${node.value}.`, { nodes: node }))
  }
  return { IntValue: check, FloatValue: check }
}
