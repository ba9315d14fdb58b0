import { getNamedType, isInputType, typeFromAST } from 'graphql'
import type { GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { mayDiffer, takesExactNumbers, toInput } from '../values/custom-scalars.ts'
import type { GraphRequest } from '../types.ts'
import { getOwn, setOwn } from '../values/own.ts'
import { isObject } from '../values/values.ts'

/** Restores the numbers of a client's variables as they were sent, where JSON.parse may have changed them. */
export interface ExactVariables {
  /** `again` parses the variables again, exactly. It is only called if that may change a value. */
  ofRequest(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    request: GraphRequest,
    again: () => unknown,
  ): GraphRequest
}

interface Known {
  readonly schema: GraphQLSchema
  /** The variables that may hold such numbers. */
  readonly types: readonly (readonly [string, GraphQLInputType])[]
}

/** Caches per operation which variables are affected, because documents are parsed once and kept. */
export function makeExactVariables(): ExactVariables {
  const known = new WeakMap<OperationDefinitionNode, Known>()
  return {
    ofRequest(schema, operation, request, again) {
      const { variables: given } = request
      if (!given) return request
      let found = known.get(operation)
      if (found?.schema !== schema) {
        found = { schema, types: typesOf(schema, operation) }
        known.set(operation, found)
      }
      const { types } = found
      if (!types.some(([name, type]) => mayDiffer(getOwn(given, name), type))) return request
      const exact = again()
      if (!isObject(exact)) return request
      const variables = { ...given }
      for (const [name, type] of types) {
        if (Object.hasOwn(given, name)) setOwn(variables, name, toInput(getOwn(exact, name), type))
      }
      return { ...request, variables }
    },
  }
}

function typesOf(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): Known['types'] {
  return variableDefinitions.flatMap(({ variable, type }) => {
    const given = typeFromAST(schema, type as never) as GraphQLInputType | undefined
    if (!isInputType(given) || !takesExactNumbers(getNamedType(given))) return []
    return [[variable.name.value, given] as const]
  })
}
