import { Kind, parse, print, visit } from 'graphql'
import type { DocumentNode } from 'graphql'
import { TYPENAME } from './syntax.ts'

/** A field whose @requires asks for others with arguments. */
export interface Requiring {
  readonly field: string
  /** By the required field's name, its arguments as text. */
  readonly required: ReadonlyMap<string, string>
}

/** All such fields of a supergraph. */
export function requiringFields(supergraph: DocumentNode): readonly Requiring[] {
  return allRequiring(supergraph).filter(({ required }) => required.size > 0)
}

/** Names of fields with any @requires. */
export function fieldsWithRequires(supergraph: DocumentNode): ReadonlySet<string> {
  return new Set(allRequiring(supergraph).map(({ field }) => field))
}

function allRequiring(supergraph: DocumentNode): readonly Requiring[] {
  const found: Requiring[] = []
  visit(supergraph, {
    FieldDefinition({ name, directives = [] }) {
      for (const directive of directives) {
        if (directive.name.value !== 'join__field') continue
        const given = directive.arguments?.find((argument) => argument.name.value === 'requires')?.value
        if (given?.kind !== Kind.STRING) continue
        const required = new Map<string, string>()
        visit(parse(`{${given.value}}`), {
          Field(field) {
            if (field.arguments?.length) required.set(field.name.value, field.arguments.map(print).sort().join())
          },
        })
        found.push({ field: name.value, required })
      }
    },
  })
  return found
}

/** Names under which a plan may fetch something by itself: of keys, and of what a @requires or a context asks for. */
export function fieldsOfPlans(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename'])
  const add = (selections: string) =>
    visit(parse(selections.trimStart().startsWith('{') ? selections : `{${selections}}`), {
      Field: ({ name }) => void names.add(name.value),
    })
  visit(supergraph, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'join__type' && name.value !== 'join__field') return false
      for (const argument of given ?? []) {
        const isSelection = argument.name.value === 'key' || argument.name.value === 'requires'
        if (isSelection && argument.value.kind === Kind.STRING) add(argument.value.value)
        if (argument.name.value !== 'contextArguments') continue
        visit(argument.value, {
          ObjectField({ name: { value: key }, value }) {
            if (key === 'selection' && value.kind === Kind.STRING) add(value.value)
          },
        })
      }
      return false
    },
  })
  return names
}

/** Whether a subgraph takes objects of different types for objects of one. */
export function hasInterfaceObjects(supergraph: DocumentNode): boolean {
  let found = false
  visit(supergraph, {
    Argument({ name, value }) {
      if (name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value) found = true
    },
  })
  return found
}

/**
 * The planner fetches what two @requires ask for under one name, also where they give it different arguments: one of the
 * two gets the other's data. Such fields are taken apart into documents of which each is planned and run by itself; all
 * else that was asked for stands in each of them, so that what they bring merges.
 */
export function withoutConflicts(document: DocumentNode, requiring: readonly Requiring[]): readonly DocumentNode[] {
  if (requiring.length < 2) return [document]
  const selected = new Set<string>()
  visit(document, { Field: ({ name }) => void selected.add(name.value) })
  const sets: Requiring[][] = []
  for (const one of requiring) {
    if (!selected.has(one.field)) continue
    const set = sets.find((others) => !others.some((other) => conflict(one, other)))
    if (set) set.push(one)
    else sets.push([one])
  }
  if (sets.length < 2) return [document]
  const all = new Set(sets.flat().map(({ field }) => field))
  return sets.map((set) => {
    const kept = new Set(set.map(({ field }) => field))
    return visit(document, {
      Field({ name }) {
        // No selection may be empty.
        return all.has(name.value) && !kept.has(name.value) ? TYPENAME : undefined
      },
    })
  })
}

function conflict(one: Requiring, other: Requiring): boolean {
  if (one.field === other.field) return false
  for (const [name, given] of one.required) {
    const others = other.required.get(name)
    if (others !== undefined && others !== given) return true
  }
  return false
}
