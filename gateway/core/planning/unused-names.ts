import type { DocumentNode } from 'graphql'

/**
 * Returns a function that makes names that occur nowhere in the document, and that differ from each other: the wanted
 * name, followed by as many `_` as needed.
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
