import fc from 'fast-check'
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'

import { readDigits, writeDigits } from '../support/digits.ts'
import { AMOUNTS } from './world.ts'

export interface RandomOperation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

const MAX_DEPTH = 4

/** Operations of every form; some are not valid (a response name that means two things), which the caller sorts out. */
export function operations(schema: GraphQLSchema): fc.Arbitrary<RandomOperation> {
  return fc.gen().map((gen) => {
    const below = (n: number) => gen(fc.integer, { min: 0, max: n - 1 })
    return makeOperation(schema, below)
  })
}

function makeOperation(schema: GraphQLSchema, below: (n: number) => number): RandomOperation {
  const oneIn = (n: number) => below(n) === n - 1
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const definitions: string[] = []
  const variables: Record<string, unknown> = {}
  const fragments: string[] = []
  let names = 0
  const fieldNames = namesOfFields(schema)

  const variable = (type: GraphQLInputType): string => {
    // Also the name that entity fetches use themselves.
    const name = oneIn(12) && !('representations' in variables) ? 'representations' : `v${names++}`
    if (definitions.some((text) => text.startsWith(`$${name}:`))) return variable(type)
    const fallback = !isNonNullType(type) && oneIn(3) ? literal(type) : undefined
    definitions.push(`$${name}: ${String(type)}${fallback === undefined ? '' : ` = ${fallback}`}`)
    if (isNonNullType(type) || below(3) > 0) variables[name] = value(type)
    return `$${name}`
  }
  const condition = (): string => {
    if (!oneIn(6)) return ''
    const name = `c${below(3)}`
    const on = oneOf(['true', 'false', `$${name}`, `$${name}`])
    if (on.startsWith('$') && !(name in variables)) {
      definitions.push(`$${name}: Boolean!${oneIn(3) ? ' = true' : ''}`)
      variables[name] = oneIn(2)
    }
    return ` @${oneOf(['skip', 'include'])}(if: ${on})`
  }

  const value = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return value(type.ofType)
    if (isListType(type)) return Array.from({ length: below(3) }, () => value(type.ofType as GraphQLInputType))
    if (isEnumType(type)) return oneOf(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ type: of }) => getNamedType(of) !== type)
      return Object.fromEntries(fields.map((field) => [field.name, value(field.type)]))
    }
    switch (getNamedType(type).name) {
      case 'Int':
        return below(4)
      case 'Float':
        return below(4) / 2
      case 'Boolean':
        return oneIn(2)
      case 'Amount':
        return amount(2)
      default:
        return `t${below(5)}`
    }
  }
  const amount = (depth: number): unknown => {
    if (depth > 0 && oneIn(4)) return Array.from({ length: below(3) }, () => amount(depth - 1))
    if (depth > 0 && oneIn(4)) return { a: amount(depth - 1), b: amount(depth - 1) }
    return oneIn(5) ? `t${below(5)}` : readDigits(oneOf(AMOUNTS))
  }
  /** As a literal it may also be a name, which no variable can be. */
  const amountLiteral = (given: unknown): string => {
    if (Array.isArray(given)) return `[${given.map(amountLiteral).join()}]`
    if (typeof given !== 'object' || given === null) return oneIn(6) ? 'NAME' : writeDigits(given)
    return `{${Object.entries(given)
      .map(([key, one]) => `${key}: ${amountLiteral(one)}`)
      .join()}}`
  }
  const literal = (type: GraphQLInputType, given: unknown = value(type)): string => {
    if (isNonNullType(type)) return literal(type.ofType, given)
    if (isListType(type)) {
      return `[${(given as unknown[]).map((item) => literal(type.ofType as GraphQLInputType, item)).join()}]`
    }
    if (isEnumType(type)) return String(given)
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ name }) => Object.hasOwn(given as object, name))
      const texts = fields.map(
        ({ name, type: of }) => `${name}: ${literal(of, (given as Record<string, unknown>)[name])}`,
      )
      return `{${texts.join()}}`
    }
    return getNamedType(type).name === 'Amount' ? amountLiteral(given) : JSON.stringify(given)
  }

  const selectionSet = (type: GraphQLCompositeType, depth: number): string => {
    const selections = Array.from({ length: 1 + below(3) }, () => selection(type, depth))
    return `{ ${selections.join(' ')} }`
  }

  const selection = (type: GraphQLCompositeType, depth: number): string => {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType()
    if (fields.length === 0 || oneIn(isAbstractType(type) ? 2 : 7)) {
      if (oneIn(5)) return `${oneIn(2) ? `${alias()}: ` : ''}__typename${condition()}`
      return fragment(type, depth)
    }
    if (type === schema.getQueryType() && oneIn(25)) {
      return oneOf([
        '__schema { queryType { name } }',
        '__type(name: "ID") { kind name }',
        'x: __type(name: "No") { name }',
      ])
    }
    const usable = depth < MAX_DEPTH ? fields : fields.filter(({ type: of }) => !isCompositeType(getNamedType(of)))
    if (usable.length === 0) return '__typename'
    const field = oneOf(isRoot ? fields : usable)
    const given = field.args.flatMap((argument) => {
      if (!isNonNullType(argument.type) && oneIn(2)) return []
      if (argument.defaultValue !== undefined && oneIn(2)) return []
      return [`${argument.name}: ${oneIn(2) ? variable(argument.type) : literal(argument.type)}`]
    })
    const result = getNamedType(field.type)
    const selected = isCompositeType(result) ? ` ${selectionSet(result, depth + 1)}` : ''
    const name = oneIn(4) ? `${alias()}: ` : ''
    return `${name}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${selected}`
  }

  const alias = () => {
    if (oneIn(15)) return oneOf(['__proto__', 'constructor', 'valueOf'])
    // Also the names of fields that a plan fetches by itself: keys, and what a @requires or a context asks for.
    return oneIn(16) ? oneOf(fieldNames) : `a${names++}`
  }

  const fragment = (type: GraphQLCompositeType, depth: number): string => {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
    const wider = Object.values(schema.getTypeMap()).filter(
      (other) => isAbstractType(other) && possible.some((one) => schema.isSubType(other, one as never)),
    ) as GraphQLCompositeType[]
    const on = oneOf([type, ...possible, ...(oneIn(3) ? wider : [])])
    if (depth > MAX_DEPTH) return '__typename'
    if (!oneIn(4)) {
      const named = on === type && oneIn(3) ? '...' : `... on ${on.name}`
      return `${named}${condition()} ${selectionSet(on, depth + 1)}`
    }
    const text = selectionSet(on, depth + 1)
    const name = `F${names++}`
    fragments.push(`fragment ${name} on ${on.name} ${text}`)
    return `...${name}${condition()}${oneIn(4) ? ` ...${name}` : ''}`
  }

  const mutation = schema.getMutationType()
  const root = mutation && oneIn(6) ? mutation : schema.getQueryType()
  if (!root) throw new Error('There is no root type.')
  const body = selectionSet(root, 0)
  const kind = root === mutation ? 'mutation' : 'query'
  const name = oneIn(2) ? ` Named` : ''
  const declared = definitions.length > 0 ? `(${definitions.join(', ')})` : ''
  return { query: [`${kind}${name}${declared} ${body}`, ...fragments].join('\n'), variables }
}

function namesOfFields(schema: GraphQLSchema): readonly string[] {
  const names = new Set(['__typename'])
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const name of Object.keys(type.getFields())) names.add(name)
  }
  return [...names]
}
