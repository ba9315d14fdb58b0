import { Kind } from 'graphql'
import type { DocumentNode, SelectionSetNode } from 'graphql'
import { fragmentsOf } from '../supergraph/syntax.ts'

/** The size of a document with every fragment expanded. */
export interface Extent {
  /** The depth of nested selection sets; Infinity beyond the limit. */
  readonly nesting: number
  /** Fields, inline fragments and spreads. */
  readonly selections: number
}

const NOTHING: Extent = { nesting: 0, selections: 0 }
const TOO_DEEP: Extent = { nesting: Infinity, selections: 0 }

/**
 * The maximum over all operations and fragments. A fragment is measured once, however often it is spread: the time is
 * linear in the length of the text, even if it expands to 2^n selections. A cycle counts once: validation refuses it.
 */
export function extentOf(document: DocumentNode, maxNesting: number): Extent {
  const fragments = fragmentsOf(document)
  const measured = new Map<string, Extent>()

  const ofFragment = (name: string, at: number): Extent => {
    const known = measured.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return NOTHING
    measured.set(name, NOTHING)
    const extent = of(fragment.selectionSet, at)
    measured.set(name, extent)
    return extent
  }

  /** `at` is the number of enclosing selection sets on the current path, which bounds the recursion. */
  const of = (set: SelectionSetNode, at: number): Extent => {
    if (at >= maxNesting) return TOO_DEEP
    let [nesting, selections] = [0, 0]
    for (const selection of set.selections) {
      const inside =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value, at + 1)
          : selection.selectionSet
            ? of(selection.selectionSet, at + 1)
            : NOTHING
      nesting = Math.max(nesting, inside.nesting)
      selections += 1 + inside.selections
    }
    return { nesting: nesting + 1, selections }
  }

  let [nesting, selections] = [0, 0]
  for (const definition of document.definitions) {
    let extent = NOTHING
    if (definition.kind === Kind.OPERATION_DEFINITION) extent = of(definition.selectionSet, 0)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) extent = ofFragment(definition.name.value, 0)
    nesting = Math.max(nesting, extent.nesting)
    selections = Math.max(selections, extent.selections)
  }
  return { nesting: nesting > maxNesting ? Infinity : nesting, selections }
}
