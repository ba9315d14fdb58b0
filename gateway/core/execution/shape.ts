import {
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'
import type { GraphQLCompositeType, GraphQLOutputType, SelectionSetNode } from 'graphql'
import { ExactNumber } from '../json.ts'
import { compileIntrospection } from './introspection.ts'
import { isIntrospection } from '../supergraph/syntax.ts'
import { compileLeaf } from './leaves.ts'
import { getOwn, isInherited } from '../values/own.ts'
import { nameInData } from '../planning/planned-document.ts'
import { isObject, type Values } from '../values/values.ts'
import { collectFields, type Collected, type ShapeContext } from './selections.ts'
import { problemAt, type Complete, type Shaping } from './shaping.ts'

export interface Shape {
  apply(data: Values, shaping: Shaping): Values | null
  /** False if the operation selects only `__typename` and introspection, which need no subgraph. */
  readonly readsData: boolean
}

interface Field {
  readonly key: string
  /** The field's name in the data. */
  readonly source: string
  readonly inherited: boolean
  readonly nonNull: boolean
  readonly description: string
  readonly complete: Complete
  /** Set for `__typename`, which needs no data. */
  readonly constant: string | undefined
  readonly introspect: ((variables: Readonly<Values>) => unknown) | undefined
}

/**
 * Compiles the response of an operation with decided conditions into one function: fields in order, nulls where
 * required.
 */
export function compileShape(context: ShapeContext): Shape {
  const { schema, operation } = context
  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error(`The schema has no ${operation.operation}.`)
  const complete = compileFields(root, [operation.selectionSet], context)
  const fields = collectFields(root, [operation.selectionSet], context)
  return {
    apply: (data, shaping) => (complete(data, shaping, 0) as Values | undefined) ?? null,
    readsData: fields.some(({ nodes }) => !nodes[0]?.name.value.startsWith('__')),
  }
}

function compileFields(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], context: ShapeContext): Complete {
  const fields = collectFields(type, sets, context).map((collected) => compileField(type, collected, context))
  // Only an object without prototype takes `__proto__` as an ordinary name.
  const create: () => Values = fields.some(({ key }) => key === '__proto__')
    ? () => Object.create(null) as Values
    : () => ({})
  return (value, shaping, depth) => {
    const input = value as Values
    const output = create()
    for (const field of fields) {
      const { key } = field
      if (field.constant !== undefined) {
        output[key] = field.constant
        continue
      }
      if (field.introspect) {
        output[key] = field.introspect(shaping.variables)
        continue
      }
      const found = field.inherited ? getOwn(input, field.source) : input[field.source]
      shaping.path[depth] = key
      if (found === undefined || found === null) {
        if (field.nonNull)
          return problemAt(shaping, depth + 1, `Cannot return null for non-nullable ${field.description}.`)
        if (found === undefined && !shaping.lacking)
          problemAt(shaping, depth + 1, `The answer of a subgraph has no ${field.description}.`)
        output[key] = null
        continue
      }
      const completed = field.complete(found, shaping, depth + 1)
      if (completed === undefined) {
        if (field.nonNull) return undefined
        output[key] = null
      } else {
        output[key] = completed
      }
    }
    return output
  }
}

function compileField(type: GraphQLCompositeType, { key, nodes, parent }: Collected, context: ShapeContext): Field {
  const description = `field ${parent}.${key}`
  const isStream = type === context.schema.getSubscriptionType()
  const source = isStream ? key : nameInData(context.aliases, key, nodes[0])
  const field = {
    key,
    source,
    inherited: isInherited(source),
    nonNull: false,
    description,
    constant: undefined,
    introspect: undefined,
  }
  const [node] = nodes
  const name = node?.name.value ?? ''
  if (name === '__typename') {
    if (isObjectType(type)) return { ...field, complete: untyped, constant: type.name }
    // The data does not say which object type it is, so no answer would be right.
    const complete: Complete = (_, shaping, depth) =>
      problemAt(shaping, depth - 1, `Cannot tell the type of an object of ${type.name}.`)
    return { ...field, nonNull: true, complete: complete }
  }
  if (isIntrospection(name)) {
    return { ...field, complete: untyped, introspect: compileIntrospection(key, nodes, context) }
  }
  const owner = isUnionType(type) ? undefined : type.getFields()[name]
  const selectedOn = context.schema.getType(parent)
  const onParent = isObjectType(selectedOn) || isInterfaceType(selectedOn) ? selectedOn.getFields()[name] : undefined
  const fieldType = owner?.type ?? onParent?.type
  if (!fieldType) throw new Error(`${parent} has no field ${name}.`)
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  return {
    ...field,
    nonNull: isNonNullType(fieldType),
    complete: compileComplete(getNullableType(fieldType), sets, description, context),
  }
}

const untyped: Complete = (value) => value

function compileComplete(
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  description: string,
  context: ShapeContext,
): Complete {
  if (isListType(type)) return compileList(type.ofType, sets, description, context)
  if (isCompositeType(type)) return compileObject(type, sets, description, context)
  return compileLeaf(type, description)
}

function compileList(
  itemType: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  description: string,
  context: ShapeContext,
): Complete {
  const nonNull = isNonNullType(itemType)
  const type = getNullableType(itemType)
  const complete = compileComplete(type as GraphQLOutputType, sets, '', context)
  const named = (index: number) => `array element of type ${String(type)} at index ${index}`
  return (value, shaping, depth) => {
    if (!Array.isArray(value)) return problemAt(shaping, depth, `Invalid value found for ${description || 'a list'}.`)
    const output = new Array<unknown>(value.length)
    let failed = false
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      shaping.path[depth] = i
      if (item === undefined || item === null) {
        output[i] = null
        if (!nonNull) continue
        failed = true
        problemAt(shaping, depth + 1, `Cannot return null for non-nullable ${named(i)}.`)
        continue
      }
      const completed = complete(item, shaping, depth + 1)
      if (completed !== undefined) {
        output[i] = completed
      } else {
        output[i] = null
        if (nonNull) failed = true
      }
    }
    return failed ? undefined : output
  }
}

function compileObject(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  description: string,
  context: ShapeContext,
): Complete {
  const byType = new Map<string, Complete | null>()
  const compileFor = (name: string): Complete | null => {
    const actual = context.schema.getType(name)
    const complete = isCompositeType(actual) ? compileFields(actual, sets, context) : null
    byType.set(name, complete)
    return complete
  }
  // Only names of the schema are cached: a subgraph that invents names must not fill the map.
  const known = (name: string) => byType.get(name) ?? (context.schema.getType(name) ? compileFor(name) : null)

  return (value, shaping, depth) => {
    if (!isObject(value) || Array.isArray(value) || value instanceof ExactNumber)
      return invalid(shaping, depth, description)
    const typename = value['__typename']
    const complete = typename ? known(typename as string) : known(type.name)
    if (complete) return complete(value, shaping, depth)
    const last = shaping.path[depth - 1]
    const what = typeof last === 'number' ? `array element of type ${type.name} at index ${last}` : description
    return problemAt(shaping, depth, `Invalid __typename found for object at ${what}.`)
  }
}

function invalid(shaping: Shaping, depth: number, description: string): undefined {
  return problemAt(shaping, depth, `Invalid value found for ${description || 'an item of a list'}.`)
}
