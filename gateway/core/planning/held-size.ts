import type { ASTNode, DocumentNode, Source } from 'graphql'
import { extentOf } from './extent.ts'

/**
 * Estimated heap sizes, in bytes; the test beside this file compares them with a real heap. Each is the worst case
 * met: too high an estimate caches less, too low an estimate runs the process out of memory.
 */
export const BYTES = {
  /** A cache entry, without what depends on its size. */
  document: 2_000,
  /** A cached error; its text is limited. */
  error: 1_000,
  /** A node of a document, with its location. */
  node: 200,
  /** A character of a string. */
  character: 2,
  /** The compiled shape of one selection. */
  shaped: 300,
  /** A compiled plan, without what depends on its size. */
  plan: 12_000,
  /** A character of a plan's JSON: for the plan, its compiled fetches and their texts. */
  planned: 15,
  /** A character of the JSON of a cached object. */
  json: 10,
} as const

/** The part of a node's location that errors need. The parser's own locations keep every token in memory. */
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

/** Replaces the locations of a parsed document in place, and returns the number of its nodes. */
export function slim(document: DocumentNode): number {
  let nodes = 0
  const visitOne = (node: ASTNode): void => {
    nodes++
    const values = node as unknown as Record<string, unknown>
    const { loc } = node
    // Typed as the parser's own location, of which graphql-js reads these two fields.
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

/** The size of plans with everything compiled from them. */
export function bytesOfPlans(plans: readonly unknown[]): number {
  return BYTES.plan + JSON.stringify(plans).length * BYTES.planned
}

/** The size of a response's shape for one set of conditions. */
export function bytesOfShape(document: DocumentNode): number {
  return BYTES.document + extentOf(document, Infinity).selections * BYTES.shaped
}

export function bytesOfValue(value: unknown): number {
  return (JSON.stringify(value) ?? '').length * BYTES.json
}
