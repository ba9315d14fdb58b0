import type { QueryPlan } from '@apollo/query-planner'
import {
  getNamedType,
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type {
  ASTNode,
  DocumentNode,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLSchema,
  ValueNode,
  VariableDefinitionNode,
} from 'graphql'
import { isUsual } from '../json.ts'
import { fetchesOf } from './fetches-of.ts'
import { unusedNames } from './unused-names.ts'
import { isCustomScalar, takesCustomScalars } from '../values/custom-scalars.ts'

/**
 * The planner converts literals to JavaScript values and back. In literals of a custom scalar this rounds numbers or
 * changes their text, and an enum name such as `ENUM` becomes a text. So each such number and name is planned as a
 * variable, and put back into the requests to subgraphs.
 */
export interface ExactLiterals {
  /** The document to plan. */
  readonly document: DocumentNode
  restore(plan: QueryPlan): QueryPlan
}

/** `document` must be valid. */
export function withExactLiterals(schema: GraphQLSchema, document: DocumentNode): ExactLiterals {
  const { literals, changed } = asVariables(schema, document)
  const defaults = exactDefaults(schema, document)
  if (literals.size === 0 && defaults.size === 0) return { document, restore: (plan) => plan }
  return {
    document: changed,
    restore(plan) {
      for (const fetch of fetchesOf(plan.node)) {
        fetch.operation = restored(fetch.operation, literals, defaults)
        if (fetch.variableUsages) fetch.variableUsages = fetch.variableUsages.filter((name) => !literals.has(name))
      }
      return plan
    },
  }
}

function asVariables(schema: GraphQLSchema, document: DocumentNode) {
  const literals = new Map<string, ValueNode>()
  const definitions: VariableDefinitionNode[] = []
  /** The name of the variable for each literal. Equal literals share one, otherwise equal fields would differ. */
  const names = new Map<string, string>()
  const unused = unusedNames(document)

  const asVariable = (value: ValueNode, type: GraphQLNamedType): ValueNode => {
    const key = `${type.name} ${value.kind} ${print(value)}`
    let name = names.get(key)
    if (name === undefined) {
      name = unused(`literal${names.size}`)
      names.set(key, name)
      literals.set(name, value)
      definitions.push(definitionOf(name, type))
    }
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }
  }

  const types = new TypeInfo(schema)
  let inDefault = false
  const replaced = (value: ValueNode): ValueNode | undefined => {
    const type = getNamedType(types.getInputType())
    if (!type || !isCustomScalar(type) || !hasExact(value)) return undefined
    return withLeaves(value, (leaf) => (inDefault ? NO_TEXT : asVariable(leaf, type)))
  }
  const changed = visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: {
        enter: () => void (inDefault = true),
        leave: () => void (inDefault = false),
      },
      IntValue: replaced,
      FloatValue: replaced,
      EnumValue: replaced,
      ListValue: replaced,
      ObjectValue: replaced,
    }),
  )
  const declared = visit(changed, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions],
    }),
  })
  return { literals, changed: declared }
}

/**
 * Replaces values in a default that the planner would change, because a default cannot contain a variable: the planner
 * fails on `1e400`.
 */
const NO_TEXT: ValueNode = { kind: Kind.STRING, value: '' }

function withLeaves(value: ValueNode, instead: (leaf: ValueNode) => ValueNode): ValueNode {
  switch (value.kind) {
    case Kind.LIST:
      return { ...value, values: value.values.map((item) => withLeaves(item, instead)) }
    case Kind.OBJECT:
      return { ...value, fields: value.fields.map((field) => ({ ...field, value: withLeaves(field.value, instead) })) }
    default:
      return isPlannedAsItIs(value) ? value : instead(value)
  }
}

function definitionOf(name: string, type: GraphQLNamedType): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    // A literal other than null.
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } } },
  }
}

/** The default values of the client's variables that the planner would change, by variable name. */
function exactDefaults(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<string, ValueNode> {
  const defaults = new Map<string, ValueNode>()
  visit(document, {
    VariableDefinition({ variable, type, defaultValue }) {
      const given = typeFromAST(schema, type as never) as GraphQLInputType | undefined
      if (!defaultValue || !given || !takesCustomScalars(getNamedType(given)) || !hasExact(defaultValue)) return
      defaults.set(variable.name.value, defaultValue)
    },
  })
  return defaults
}

function restored(
  operation: string,
  literals: ReadonlyMap<string, ValueNode>,
  defaults: ReadonlyMap<string, ValueNode>,
): string {
  const document = visit(parse(operation, { noLocation: true }), {
    VariableDefinition(definition) {
      const name = definition.variable.name.value
      if (literals.has(name)) return null
      const defaultValue = definition.defaultValue && defaults.get(name)
      return defaultValue ? { ...definition, defaultValue } : false
    },
    Variable: ({ name }) => literals.get(name.value),
  })
  return stripIgnoredCharacters(print(document))
}

function isPlannedAsItIs(value: ValueNode): boolean {
  if (value.kind === Kind.INT || value.kind === Kind.FLOAT) return isUsual(value.value)
  return value.kind !== Kind.ENUM
}

function hasExact(value: ValueNode): boolean {
  let found = false
  const look = (node: ValueNode & ASTNode) => {
    if (!isPlannedAsItIs(node)) found = true
  }
  visit(value, { IntValue: look, FloatValue: look, EnumValue: look })
  return found
}
