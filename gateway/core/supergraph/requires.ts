import { Kind, parse, print, visit } from 'graphql'
import type { DocumentNode } from 'graphql'

/** A field whose @requires names other fields with arguments. */
export interface Requiring {
  readonly field: string
  /** The arguments of each required field as text, by the field's name. */
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

/** Names under which a plan may fetch fields of its own: key fields, and fields for a @requires or a context. */
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

/** Whether a subgraph has an @interfaceObject, and so treats objects of different types as one type. */
export function hasInterfaceObjects(supergraph: DocumentNode): boolean {
  let found = false
  visit(supergraph, {
    Argument({ name, value }) {
      if (name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value) found = true
    },
  })
  return found
}
