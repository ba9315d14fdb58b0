import type { DocumentNode } from 'graphql'

/**
 * Makes names that stand nowhere in the document, as a name or otherwise, and that are all different: the wanted one, with as
 * many `_` after it as that takes.
 */
export function unusedNames(document: DocumentNode): (wanted: string) => string {
  const source = JSON.stringify(document)
  const made = new Set<string>()
  return (wanted) => {
    let name = wanted
    while (made.has(name) || source.includes(`"${name}"`)) name += '_'
    made.add(name)
    return name
  }
}
