import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { isNestedDeeper, isSpreadDeeper } from './nesting.ts'

/**
 * Estimated heap of the cached documents: some 3,000 usual ones. Stops a client that never sends the same document
 * twice; the least recently used document is dropped.
 */
const MAX_BYTES = 16 * 1024 * 1024
/** Texts of anonymous clients that are remembered as seen, by their hash. */
const MAX_SEEN = 10_000
/** Stops a document whose parsing would stall all others; the gateway's own limit is lower. */
const MAX_TOKENS = 50_000
/**
 * Levels of nested brackets, and of selections with all fragments expanded. Stops stack overflows. The gateway's plans
 * nest twice as deep as its clients' documents, whose limit is 64.
 */
const MAX_NESTING = 250
/** Validation stops after this number of errors: one is enough for the gateway to see that its schema is older. */
const MAX_ERRORS = 10
/** Maximum characters of an error's message: graphql-js quotes a wrong value whole. */
const MAX_MESSAGE = 1_000

/** Estimated heap sizes, in bytes; the test beside this file compares them with a real heap. */
const BYTES_OF_ENTRY = 10_000
const BYTES_OF_TOKEN = 250

type Known = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

export type ReadOperation =
  | { readonly document: DocumentNode; readonly operation: OperationTypeNode }
  | { readonly errors: readonly GraphQLError[] }

export interface DocumentCache {
  /**
   * A document of an anonymous client is cached when it comes a second time, because anybody can send any number of
   * them.
   */
  read(query: string, operationName: string | undefined, anonymous: boolean): ReadOperation
  readonly size: () => number
  readonly bytes: () => number
}

/** Each text is parsed and validated once. Invalid texts are cached too, so that repeating one costs nothing. */
export function makeDocumentCache(schema: GraphQLSchema, introspection: boolean, maxBytes = MAX_BYTES): DocumentCache {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const seen = new LRUCache<string, true>({ max: MAX_SEEN })
  const known = new LRUCache<string, Known>({
    maxSize: maxBytes,
    sizeCalculation: (entry, query) =>
      BYTES_OF_ENTRY +
      query.length * 2 +
      ('document' in entry ? (entry.document.tokenCount ?? query.length) * BYTES_OF_TOKEN : 0),
  })

  const readOnce = (query: string): Known => {
    try {
      if (isNestedDeeper(query, MAX_NESTING, MAX_TOKENS)) return { errors: [tooDeep()] }
      const document = parse(query, { maxTokens: MAX_TOKENS, noLocation: true })
      if (isSpreadDeeper(document, MAX_NESTING)) return { errors: [tooDeep()] }
      const errors = validate(schema, document, rules, { maxErrors: MAX_ERRORS })
      return errors.length > 0
        ? { errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) }
        : { document }
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] }
      throw error
    }
  }

  const isSeenAgain = (query: string): boolean => {
    const hash = createHash('sha1').update(query).digest('base64')
    if (seen.has(hash)) return true
    seen.set(hash, true)
    return false
  }

  return {
    read(query, operationName, anonymous) {
      let entry = known.get(query)
      if (!entry) {
        entry = readOnce(query)
        if (!anonymous || isSeenAgain(query)) known.set(query, entry)
      }
      if ('errors' in entry) return entry
      const operation = getOperationAST(entry.document, operationName)?.operation
      if (operation) return { document: entry.document, operation }
      const error = new GraphQLError(
        'The document has no operation of that name, or several and the request names none.',
      )
      return { errors: [coded(error, 'BAD_USER_INPUT')] }
    },
    size: () => known.size,
    bytes: () => known.calculatedSize,
  }
}

const tooDeep = () =>
  coded(
    new GraphQLError(`The document is nested more than ${MAX_NESTING} levels deep, with all fragments expanded.`),
    'DOCUMENT_TOO_DEEP',
  )

function coded({ message, source, positions }: GraphQLError, code: string): GraphQLError {
  const error = new GraphQLError(message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message, {
    ...(source && positions ? { source, positions } : {}),
    extensions: { code },
  })
  // Fixes the stack as text. An unread stack keeps every object of its frames in memory: parsers, validators and their
  // tables.
  error.stack = `${error.name}: ${error.message}`
  return error
}
