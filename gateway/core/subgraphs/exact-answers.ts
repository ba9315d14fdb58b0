import { getNamedType, isInterfaceType, isObjectType, Kind, parse } from 'graphql'
import type { GraphQLNamedType, GraphQLSchema, SelectionSetNode } from 'graphql'
import { hasUnusualNumbers, parseExactly } from '../json.ts'
import { holdsNumber, isCustomScalar, isId, isRounded } from '../values/custom-scalars.ts'
import { isObject } from '../values/values.ts'
import { fragmentsOf } from '../supergraph/syntax.ts'

/** Parses a subgraph's answer to one fetch. Throws the errors of JSON.parse. */
export type ReadAnswer = (text: string) => unknown

/** The fields at one place of an answer whose numbers JSON.parse may change, for any type of object there. */
interface Probe {
  readonly scalars: string[]
  readonly ids: string[]
  readonly objects: Map<string, Probe>
}

/**
 * Uses JSON.parse, and parses again exactly if a custom scalar holds a number or an ID a large one. Searching the
 * parsed answer for these costs little; searching the text would cost 40 % of the parsing.
 */
export function compileReadAnswer(schema: GraphQLSchema, operation: string): ReadAnswer {
  const probe = compileProbe(schema, operation)
  if (!probe) return JSON.parse
  return (text) => {
    const answer: unknown = JSON.parse(text)
    const data = isObject(answer) ? answer['data'] : null
    return mayDiffer(data, probe) && hasUnusualNumbers(text) ? parseExactly(text) : answer
  }
}

function compileProbe(schema: GraphQLSchema, operation: string): Probe | null {
  const document = parse(operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  const root: Probe = { scalars: [], ids: [], objects: new Map() }

  /** `type` is undefined in `_entities`, whose selections all have a type condition. */
  const walk = ({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, probe: Probe): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        walk(selection.selectionSet, condition === undefined ? type : schema.getType(condition), probe)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (fragment) walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), probe)
      } else {
        const { alias, name, selectionSet } = selection
        const key = (alias ?? name).value
        const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {}
        const returned = getNamedType(fields[name.value]?.type)
        if (selectionSet) {
          const inner = probe.objects.get(key) ?? { scalars: [], ids: [], objects: new Map<string, Probe>() }
          probe.objects.set(key, inner)
          walk(selectionSet, returned, inner)
          continue
        }
        const keys = isId(returned) ? probe.ids : isCustomScalar(returned) ? probe.scalars : null
        if (keys && !keys.includes(key)) keys.push(key)
      }
    }
  }

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    walk(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined, root)
  }
  prune(root)
  return isEmpty(root) ? null : root
}

function prune(probe: Probe): void {
  for (const [key, inner] of probe.objects) {
    prune(inner)
    if (isEmpty(inner)) probe.objects.delete(key)
  }
}

const isEmpty = ({ scalars, ids, objects }: Probe) => scalars.length + ids.length + objects.size === 0

function mayDiffer(value: unknown, probe: Probe): boolean {
  if (!isObject(value)) return false
  if (Array.isArray(value)) {
    for (const item of value) if (mayDiffer(item, probe)) return true
    return false
  }
  // Most IDs and custom scalars are texts.
  for (const key of probe.ids) {
    const id = value[key]
    if (typeof id !== 'string' && holdsRounded(id)) return true
  }
  for (const key of probe.scalars) {
    const scalar = value[key]
    if (typeof scalar !== 'string' && holdsNumber(scalar)) return true
  }
  for (const [key, inner] of probe.objects) if (mayDiffer(value[key], inner)) return true
  return false
}

function holdsRounded(ids: unknown): boolean {
  return Array.isArray(ids) ? ids.some(holdsRounded) : isRounded(ids)
}
