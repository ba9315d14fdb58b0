import { getOperationAST, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql'
import type { DocumentNode, OperationDefinitionNode, GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import { codedError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { GatewayOptions, LoadedSchema } from '../types.ts'
import { finiteFloats } from './finite-floats.ts'

/** Source text kept in all, in characters: 2,000 documents of 1,000 characters, or a few that somebody inflated. */
const MAX_KEPT_CHARACTERS = 2 * 1024 * 1024

export interface ReadOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}
export type Refused = { readonly errors: readonly GraphQLError[] }

export interface Documents {
  /** Parses, checks the syntax limits and picks the operation. Errors have status 400. */
  read(query: string, operationName: string | undefined): ReadOperation | Refused
  /** Empty where the document fits the schema. */
  validate(schema: LoadedSchema, document: DocumentNode): readonly GraphQLError[]
  readonly size: () => number
}

/** Each text is parsed once, and validated once per schema; bad ones are remembered as well, so that repeating one is cheap. */
export function makeDocuments(
  limits: Limits,
  options: Pick<GatewayOptions<unknown>, 'checkDocument' | 'introspection'>,
): Documents {
  const read = new LRUCache<string, DocumentNode | Refused>({
    max: limits.maxDocuments,
    maxSize: MAX_KEPT_CHARACTERS,
    sizeCalculation: (_, query) => query.length + 1,
  })
  const validated = new WeakMap<DocumentNode, { schemaId: string; errors: readonly GraphQLError[] }>()
  const rules = [...specifiedRules, finiteFloats, ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule])]

  const parseOnce = (query: string): DocumentNode | Refused => {
    let known = read.get(query)
    if (!known) {
      known = parseChecked(query)
      read.set(query, known)
    }
    return known
  }

  const parseChecked = (query: string): DocumentNode | Refused => {
    let document: DocumentNode
    try {
      document = parse(query, { maxTokens: limits.maxTokens })
    } catch (error) {
      const { message, source, positions } = error as GraphQLError
      const at = source && positions ? { source, positions } : {}
      return { errors: [codedError('GRAPHQL_PARSE_FAILED', message, { ...at, status: 400 })] }
    }
    const errors = options.checkDocument?.(document) ?? []
    return errors.length > 0 ? { errors } : document
  }

  return {
    read(query, operationName) {
      const document = parseOnce(query)
      if ('errors' in document) return document
      const operation = getOperationAST(document, operationName)
      if (operation) return { document, operation }
      const message = operationName
        ? `There is no operation named "${operationName}" in the document.`
        : 'Name the operation to run: the document has none or several.'
      return { errors: [codedError('OPERATION_RESOLUTION_FAILURE', message, { status: 400 })] }
    },
    validate(schema, document) {
      const known = validated.get(document)
      if (known?.schemaId === schema.id) return known.errors
      const errors = validate(schema.api, document, rules).map((error) =>
        codedError('GRAPHQL_VALIDATION_FAILED', error.message, { nodes: error.nodes ?? null, status: 400 }),
      )
      validated.set(document, { schemaId: schema.id, errors })
      return errors
    },
    size: () => read.size,
  }
}
