import {
  execute,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  valueFromAST,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from 'graphql'
import type { ContextArgument, Rule, Selections, Values } from './rules.ts'
import type { Luck, World } from './world.ts'

/** An object with those above it, which @fromContext looks for. */
interface Placed {
  readonly identity: string
  readonly above: { readonly type: GraphQLObjectType; readonly placed: Placed } | null
}

/**
 * What one server without any federation answers that has the same data: the planner has no part in it. It says what is
 * right, but for failures: which objects these take along depends on how a plan cuts the operation.
 */
export function executeByMonolith(
  world: World,
  document: DocumentNode,
  variables: Values,
  luck: Luck,
): ExecutionResult {
  const { api, supergraph } = world.supergraph

  const whole = (name: string): GraphQLObjectType => {
    // The API leaves out what is inaccessible, which @requires may still ask for.
    const type = supergraph.getType(name)
    if (!isObjectType(type)) throw new Error(`${name} is no object type.`)
    return type
  }

  const ruleOf = (type: GraphQLObjectType, field: string): Rule | undefined =>
    [type, ...type.getInterfaces()].map(({ name }) => world.rules.get(`${name}.${field}`)).find((rule) => rule)

  const valueOf = (type: GraphQLObjectType, placed: Placed, name: string, args: Values): unknown => {
    const field = type.getFields()[name]
    if (!field) throw new Error(`${type.name} has no field ${name}.`)
    const rule = ruleOf(type, name)
    const all: Record<string, unknown> = { ...args }
    for (const given of rule?.fromContext ?? []) {
      const value = contextOf(placed, type, given)
      if (value !== undefined) all[given.name] = value
    }
    const extra = rule?.requires && select(type, placed, rule.requires)
    const value = world.valueOf({ identity: placed.identity, name, args: all, extra, type: field.type }, luck)
    return isCompositeType(getNamedType(field.type)) ? place(value, { type, placed }) : value
  }

  const contextOf = (placed: Placed, type: GraphQLObjectType, { types, selections }: ContextArgument): unknown => {
    for (let at = placed.above; at; at = at.placed.above) {
      if (types.has(at.type.name)) return contextValue(at.type, at.placed, selections)
    }
    throw new Error(`Nothing above a ${type.name} is a context.`)
  }

  const contextValue = (type: GraphQLObjectType, placed: Placed, selections: Selections): unknown => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) return valueOf(type, placed, selection.name.value, {})
      if (selection.kind !== Kind.INLINE_FRAGMENT) continue
      const condition = selection.typeCondition?.name.value
      if (condition === type.name) return contextValue(type, placed, selection.selectionSet.selections)
    }
    return undefined
  }

  /** The value of a @requires. */
  const select = (type: GraphQLObjectType, placed: Placed, selections: Selections): Values =>
    Object.fromEntries(
      selections.map((selection) => {
        if (selection.kind !== Kind.FIELD) throw new Error('Fragments in @requires are not known here.')
        const name = selection.name.value
        const field = type.getFields()[name]
        if (!field) throw new Error(`${type.name} has no field ${name}.`)
        const args = Object.fromEntries(
          field.args.flatMap(({ name: argument, type: of, defaultValue }) => {
            const given = selection.arguments?.find((one) => one.name.value === argument)
            const value: unknown = given ? valueFromAST(given.value, of) : defaultValue
            return value === undefined ? [] : [[argument, value] as const]
          }),
        )
        const value = valueOf(type, placed, name, args)
        const nested = selection.selectionSet?.selections
        return [name, nested ? each(value, (one) => select(whole(getNamedType(field.type).name), one, nested)) : value]
      }),
    )

  const resolve: GraphQLFieldResolver<Placed, unknown> = (source, args: Values, _context, { fieldName, parentType }) =>
    valueOf(whole(parentType.name), source, fieldName, args)

  const result = execute({
    schema: api,
    document,
    variableValues: variables,
    fieldResolver: resolve as GraphQLFieldResolver<unknown, unknown>,
    typeResolver: (value, _context, _info, abstract) =>
      world.typeBehind(abstract.name, (value as Placed).identity, luck),
    rootValue: { identity: 'root', above: null } satisfies Placed,
  })
  if (result instanceof Promise) throw new Error('A resolver of the test was not synchronous.')
  return JSON.parse(JSON.stringify(result)) as ExecutionResult
}

function place(value: unknown, above: Placed['above']): unknown {
  return each(value, ({ identity }) => ({ identity, above }))
}

function each(value: unknown, change: (placed: Placed) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => each(item, change))
  return value === null || value === undefined ? null : change(value as Placed)
}
