import type { ASTNode, DocumentNode, Source } from 'graphql'
import { extentOf } from './extent.ts'

/**
 * What things take of the heap, in bytes; the test beside this holds them against a real heap. Each is for the worst that was
 * met: an estimate that is too high only keeps less, one that is too low runs the process out of memory.
 */
export const BYTES = {
  /** An entry of the cache, with what does not depend on its size. */
  document: 2_000,
  /** An error that is kept; its text is bounded. */
  error: 1_000,
  /** A node of a document, with its place. */
  node: 200,
  /** A character of a text. */
  character: 2,
  /** What shapes one selection of a response. */
  shaped: 300,
  /** A compiled plan, with what does not depend on its size. */
  plan: 12_000,
  /** A character of a plan's JSON: the plan, its compiled fetches, their texts. */
  planned: 15,
  /** A character of the JSON of an object that is kept. */
  json: 10,
} as const

/** What an error needs of a node's place. The parser's own places keep every token of the text. */
class Place {
  readonly start: number
  readonly source: Source

  constructor(start: number, source: Source) {
    this.start = start
    this.source = source
  }

  toJSON() {
    return { start: this.start }
  }
}

/** Takes out of a freshly parsed document what nobody needs, in place, and returns the number of its nodes. */
export function slim(document: DocumentNode): number {
  let nodes = 0
  const visitOne = (node: ASTNode): void => {
    nodes++
    const values = node as unknown as Record<string, unknown>
    const { loc } = node
    // Typed as the parser's own; graphql-js reads these two of it.
    if (loc) values['loc'] = new Place(loc.start, loc.source)
    for (const key in values) {
      const value = values[key]
      if (typeof value !== 'object' || value === null || key === 'loc') continue
      if (Array.isArray(value)) for (const item of value as ASTNode[]) visitOne(item)
      else if ('kind' in value) visitOne(value as ASTNode)
    }
  }
  visitOne(document)
  return nodes
}

/** Of a plan with all that is compiled of it. */
export function bytesOfPlans(plans: readonly unknown[]): number {
  return BYTES.plan + JSON.stringify(plans).length * BYTES.planned
}

/** Of what shapes a response for one set of conditions. */
export function bytesOfShape(document: DocumentNode): number {
  return BYTES.document + extentOf(document, Infinity).selections * BYTES.shaped
}

export function bytesOfValue(value: unknown): number {
  return (JSON.stringify(value) ?? '').length * BYTES.json
}
