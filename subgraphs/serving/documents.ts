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

/** Documents kept parsed and validated. The gateway sends as many as its clients' operations plan into; a client that writes values into its documents only pushes older ones out. */
const MAX_DOCUMENTS = 1_000
/** Their source text in all, in characters: beyond it the least recently used leave. */
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Stops a document whose parsing would stall the others; the gateway's own limit is lower. */
const MAX_TOKENS = 50_000

type Known = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

export type ReadOperation =
  | { readonly document: DocumentNode; readonly operation: OperationTypeNode }
  | { readonly errors: readonly GraphQLError[] }

export type Documents = (query: string, operationName: string | undefined) => ReadOperation

/** Each text is parsed and validated once; the wrong ones are kept too, so that repeating one costs nothing. */
export function makeDocuments(schema: GraphQLSchema, introspection: boolean): Documents {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const known = new LRUCache<string, Known>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, query) => query.length + 1,
  })

  const readOnce = (query: string): Known => {
    try {
      const document = parse(query, { maxTokens: MAX_TOKENS, noLocation: true })
      const errors = validate(schema, document, rules)
      return errors.length > 0
        ? { errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) }
        : { document }
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] }
      throw error
    }
  }

  return (query, operationName) => {
    let entry = known.get(query)
    if (!entry) {
      entry = readOnce(query)
      known.set(query, entry)
    }
    if ('errors' in entry) return entry
    const operation = getOperationAST(entry.document, operationName)?.operation
    if (operation) return { document: entry.document, operation }
    const error = new GraphQLError('The document has no operation of that name, or several and none was named.')
    return { errors: [coded(error, 'BAD_USER_INPUT')] }
  }
}

const coded = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    ...(error.source && error.positions ? { source: error.source, positions: error.positions } : {}),
    extensions: { code },
  })
