import { visit } from 'graphql'
import type { DocumentNode } from 'graphql'
import type { Requiring } from '../supergraph/requires.ts'
import { TYPENAME } from '../supergraph/syntax.ts'

/**
 * The planner fetches the required fields of two @requires under one name, even if their arguments differ: one of the
 * two then gets the other's data. This splits such fields into several documents, which are planned and executed
 * separately. Each document has all other fields too, so that their data can be merged.
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
        // A selection set must not be empty.
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
