import {
  getNamedType,
  getVariableValues,
  isNonNullType,
  isScalarType,
  Kind,
  typeFromAST,
  valueFromAST,
  visit,
} from 'graphql'
import type { DocumentNode, GraphQLError, GraphQLSchema, GraphQLType, OperationDefinitionNode } from 'graphql'
import { codedError } from '../errors.ts'
import { takesCustomScalars } from '../values/custom-scalars.ts'
import { getOwn, setOwn } from '../values/own.ts'
import type { Values } from '../values/values.ts'

/** Maximum reported errors: a client with ten wrong variables reads no eleventh, and more would only cost time. */
const MAX_ERRORS = 10

/** The values of the variables in @skip and @include, by name. */
export type Conditions = Readonly<Record<string, boolean>>

export interface Variables {
  /** Empty if the variables fit the operation. */
  check(given: Readonly<Values>): readonly GraphQLError[]
  /**
   * Coerces valid variables and fills in defaults, so that equal meanings have equal values. Variables with a custom
   * scalar stay as the client sent them: coercion rounds numbers in default values, and the subgraph has the exact
   * defaults.
   */
  coerce(given: Readonly<Values>): Readonly<Values>
  /** `given` is valid. Throws a coded error for a null, which a variable's type may allow. */
  conditions(given: Readonly<Values>): Conditions
  readonly conditionNames: readonly string[]
}

export function compileVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Variables {
  const definitions = operation.variableDefinitions ?? []
  const checks = definitions.map(({ variable, type, defaultValue }) => {
    const name = variable.name.value
    const known = typeFromAST(schema, type as never) as GraphQLType | undefined
    const fits = known && fitsBuiltIn(known)
    const optional = defaultValue !== undefined || !isNonNullType(known)
    const isCustom = known !== undefined && takesCustomScalars(getNamedType(known))
    return { name, fits, optional, nullable: !isNonNullType(known), isCustom }
  })
  const quick = (given: Readonly<Values>) =>
    checks.every(({ name, fits, optional, nullable }) => {
      const value = getOwn(given, name)
      if (value === undefined) return optional && !Object.hasOwn(given, name)
      return value === null ? nullable : (fits?.(value) ?? false)
    })

  const conditionNames = [...usedInConditions(document)]
  const defaults = new Map(
    definitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && valueFromAST(defaultValue, schema.getType('Boolean') as never),
    ]),
  )
  const none: Conditions = {}
  const noErrors: readonly GraphQLError[] = []

  return {
    conditionNames,
    check(given) {
      if (quick(given)) return noErrors
      const { errors } = getVariableValues(schema, definitions, given, { maxErrors: MAX_ERRORS })
      return errors?.map(badInput) ?? noErrors
    },
    coerce(given) {
      const values = { ...getVariableValues(schema, definitions, given).coerced }
      for (const { name, isCustom } of checks) {
        if (!isCustom) continue
        if (Object.hasOwn(given, name)) setOwn(values, name, given[name])
        else delete values[name]
      }
      return values
    },
    conditions(given) {
      if (conditionNames.length === 0) return none
      return Object.fromEntries(
        conditionNames.map((name) => {
          const value = getOwn(given, name) ?? (Object.hasOwn(given, name) ? null : defaults.get(name))
          if (typeof value !== 'boolean') {
            throw codedError(
              'BAD_USER_INPUT',
              `The variable "$${name}" of @skip or @include must be a boolean: it is null or missing.`,
            )
          }
          return [name, value]
        }),
      )
    },
  }
}

function badInput(error: GraphQLError): GraphQLError {
  return codedError('BAD_USER_INPUT', error.message, { nodes: error.nodes ?? null, status: 400 })
}

/** Checks the built-in scalars by a look at the value; undefined for types that only graphql-js can check. */
function fitsBuiltIn(type: GraphQLType): ((value: unknown) => boolean) | undefined {
  const nullable = isNonNullType(type) ? type.ofType : type
  if (!isScalarType(nullable) || getNamedType(type) !== nullable) return undefined
  switch (nullable.name) {
    case 'String':
      return (value) => typeof value === 'string'
    case 'ID':
      return (value) => typeof value === 'string'
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'Int':
      return (value) => typeof value === 'number' && (value | 0) === value
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value)
    default:
      return undefined
  }
}

function usedInConditions(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(document, {
    Directive(directive) {
      if (directive.name.value !== 'skip' && directive.name.value !== 'include') return
      const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return names
}
