import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { refused } from './directives.ts'

/** An operation beyond any of these limits is refused. Fields, aliases and depth count with all fragments expanded. */
export interface DocumentLimits {
  /** Levels of fields. Stops recursion through the graph; the standard introspection query has 15. */
  readonly maxDepth: number
  /** Fields in total. Stops fragment bombs, and bounds validation, which compares fields of one name in pairs. */
  readonly maxFields: number
  /** Stops one field from being requested many times under other names. */
  readonly maxAliases: number
  /** Fields of the root. Stops a hundred guesses in one request, which a rate would count once. */
  readonly maxRootFields: number
  /** Directives as written. Each costs validation and execution, and a field may have any number. */
  readonly maxDirectives: number
  /** Fragments as written. Validation compares them in pairs. */
  readonly maxFragments: number
  /** Selections as written. Empty inline fragments count towards no other limit, and cost validation. */
  readonly maxSelections: number
  /** Values as written. Each costs validation and printing; long input belongs into a variable. */
  readonly maxValues: number
}

export const DEFAULT_DOCUMENT_LIMITS: DocumentLimits = {
  maxDepth: 16,
  maxFields: 1_000,
  maxAliases: 100,
  maxRootFields: 20,
  maxDirectives: 100,
  maxFragments: 100,
  maxSelections: 2_000,
  maxValues: 1_000,
}

export interface Measure {
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly rootFields: number
}

const NONE: Measure = { depth: 0, fields: 0, aliases: 0, rootFields: 0 }

/**
 * Measures operations with every fragment expanded. A fragment is measured once, however often it is spread, so a
 * document of n selections takes n steps (`visited`) even if it expands to 2^n fields. Numbers that grow like that end
 * at Infinity, which is over every limit. A cycle counts once: validation refuses it.
 */
export function makeMeasure(document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const measured = new Map<string, Measure>()
  let visited = 0

  const ofFragment = (name: string): Measure => {
    const known = measured.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return NONE
    measured.set(name, NONE)
    const measure = of(fragment.selectionSet)
    measured.set(name, measure)
    return measure
  }

  const of = (selectionSet: SelectionSetNode): Measure => {
    let { depth, fields, aliases, rootFields } = NONE
    for (const selection of selectionSet.selections) {
      visited++
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? of(selection.selectionSet) : NONE
        depth = Math.max(depth, 1 + below.depth)
        fields += 1 + below.fields
        aliases += (selection.alias ? 1 : 0) + below.aliases
        rootFields++
      } else {
        const inside =
          selection.kind === Kind.INLINE_FRAGMENT ? of(selection.selectionSet) : ofFragment(selection.name.value)
        depth = Math.max(depth, inside.depth)
        fields += inside.fields
        aliases += inside.aliases
        rootFields += inside.rootFields
      }
    }
    return { depth, fields, aliases, rootFields }
  }

  return {
    operation: (operation: OperationDefinitionNode) => of(operation.selectionSet),
    fragment: ofFragment,
    visited: () => visited,
  }
}

/** Runs on the parsed document before validation, whose cost it bounds. Unused fragments are measured too. */
export function makeCheckDocument(limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS) {
  return (document: DocumentNode): readonly GraphQLError[] => {
    const written = countWritten(document)
    if (written.directives > limits.maxDirectives) return [tooMuch('directives', limits.maxDirectives)]
    if (written.fragments > limits.maxFragments) return [tooMuch('fragments', limits.maxFragments)]
    if (written.selections > limits.maxSelections) return [tooMuch('selections', limits.maxSelections)]
    if (written.values > limits.maxValues) return [tooMuch('values', limits.maxValues)]
    const measure = makeMeasure(document)
    let all = 0
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) all += measure.fragment(definition.name.value).fields
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      const { depth, fields, aliases, rootFields } = measure.operation(definition)
      all += fields
      if (depth > limits.maxDepth)
        return [
          refused(
            'DOCUMENT_TOO_DEEP',
            `The fields of the document are nested more than ${limits.maxDepth} levels deep.`,
            { limit: limits.maxDepth },
          ),
        ]
      if (rootFields > limits.maxRootFields) return [tooMuch('root fields', limits.maxRootFields)]
      if (aliases > limits.maxAliases) return [tooMuch('aliases', limits.maxAliases)]
    }
    return all > limits.maxFields ? [tooMuch('fields', limits.maxFields)] : []
  }
}

export const tooMuch = (what: string, limit: number) =>
  refused('DOCUMENT_TOO_COMPLEX', `The document has more than ${limit} ${what}, with all fragments expanded.`, {
    limit,
  })

interface Written {
  directives: number
  fragments: number
  selections: number
  values: number
}

/** Counts what is written in the text, without expanding fragments. */
function countWritten(document: DocumentNode): Written {
  const written: Written = { directives: 0, fragments: 0, selections: 0, values: 0 }
  const countDirectives = (directives: readonly DirectiveNode[] = []): void => {
    written.directives += directives.length
    for (const directive of directives) countArguments(directive.arguments)
  }
  const countArguments = (given: readonly { readonly value: ValueNode }[] = []): void => {
    for (const { value } of given) countValue(value)
  }
  const countValue = (value: ValueNode): void => {
    written.values++
    if (value.kind === Kind.LIST) value.values.forEach(countValue)
    if (value.kind === Kind.OBJECT) countArguments(value.fields)
  }
  const count = ({ selections }: SelectionSetNode): void => {
    written.selections += selections.length
    for (const selection of selections) {
      countDirectives(selection.directives)
      if (selection.kind === Kind.FIELD) countArguments(selection.arguments)
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) count(selection.selectionSet)
    }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    countDirectives(definition.directives)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) written.fragments++
    else
      for (const { directives, defaultValue } of definition.variableDefinitions ?? []) {
        countDirectives(directives)
        if (defaultValue) countValue(defaultValue)
      }
    count(definition.selectionSet)
  }
  return written
}
