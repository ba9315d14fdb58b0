import { createHash } from 'node:crypto'
import { getOperationAST, GraphQLError, parse, specifiedRules, validate } from 'graphql'
import type { ASTVisitor, DocumentNode, OperationDefinitionNode, ValidationContext } from 'graphql'
import { LRUCache } from 'lru-cache'
import { codedError, shortened } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { GatewayOptions, GraphRequest, LoadedSchema, Metrics } from '../types.ts'
import { isIntrospection } from '../supergraph/syntax.ts'
import { extentOf } from './extent.ts'
import { finiteFloats } from './finite-floats.ts'
import { BYTES, slim } from './held-size.ts'
import { isNestedDeeper } from './nesting.ts'

/** Documents of anonymous clients that are remembered as seen, by their hash: less than 2 MB. The oldest is dropped. */
const MAX_SEEN = 10_000
/**
 * Validation stops after this number of errors: nobody reads an eleventh, and ten thousand would cost as much as a
 * thousand requests.
 */
const MAX_ERRORS = 10

/** graphql-js's whole message when it reaches its own limits on comparing fields and following fragments. */
const OUT_OF_WORK = 'Validation aborted.'

export interface ReadOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}
/** A request with its parsed document. */
export interface ReadRequest extends ReadOperation {
  readonly request: GraphRequest
}
export type Refused = { readonly errors: readonly GraphQLError[] }

export interface DocumentCache {
  /**
   * Parses the document, checks the syntax limits and picks the operation. Must be called once per request. Errors
   * have status 400. A document of an anonymous client is cached when it comes a second time.
   */
  read(query: string, operationName: string | undefined, anonymous?: boolean): ReadOperation | Refused
  /** Empty if the document is valid under the schema. */
  validate(schema: LoadedSchema, document: DocumentNode): readonly GraphQLError[]
  /** Adds `bytes` to the size of the document: compiled code that lives as long as the document. */
  grew(document: DocumentNode, bytes: number): void
  /** The schema has changed: everything compiled is dropped, and so are refusals by the old schema. */
  reloaded(): void
  readonly size: () => number
  /** Estimated size of everything in the cache. */
  readonly bytes: () => number
}

/**
 * Each text is parsed once, and validated once per schema. Refused texts are cached too, so that repeating one is
 * cheap. The limit counts the heap of each document and everything compiled from it, because a short text can compile
 * to much. Plans and compiled operations are held by their document in WeakMaps, and are dropped with it.
 */
export function makeDocumentCache(
  limits: Limits,
  options: Pick<GatewayOptions<unknown>, 'checkDocument' | 'introspection'>,
  metrics: Pick<Metrics, 'count'>,
): DocumentCache {
  interface CachedDocument {
    readonly outcome: DocumentNode | Refused
    readonly bytes: number
    /** The size without compiled code. Null if the schema refuses the document. */
    readonly own: number | null
  }
  const kept = new LRUCache<string, CachedDocument>({
    maxSize: limits.maxDocumentBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (_kept, _query, reason) => {
      if (reason === 'evict') metrics.count('gateway_documents_evicted_total')
    },
  })
  const texts = new WeakMap<DocumentNode, string>()
  const seen = new LRUCache<string, true>({ max: MAX_SEEN })
  const validated = new WeakMap<DocumentNode, { schemaId: string; errors: readonly GraphQLError[] }>()
  const rules = [...specifiedRules, finiteFloats, ...(options.introspection ? [] : [noIntrospection])]
  const validation = { maxErrors: MAX_ERRORS, hideSuggestions: !options.introspection }

  const readOnce = (query: string, anonymous: boolean): DocumentNode | Refused => {
    const known = kept.get(query)
    if (known) return known.outcome
    const made = parseChecked(query)
    if (anonymous && !isSeenAgain(query)) return made.outcome
    kept.set(query, made)
    if (!('errors' in made.outcome)) texts.set(made.outcome, query)
    return made.outcome
  }

  const isSeenAgain = (query: string): boolean => {
    const hash = createHash('sha1').update(query).digest('base64')
    if (seen.has(hash)) return true
    seen.set(hash, true)
    return false
  }

  const parseChecked = (query: string): CachedDocument => {
    const bytes = bytesOfRefused(query)
    const refuse = (...errors: readonly GraphQLError[]): CachedDocument => ({
      outcome: { errors: errors.map(lasting) },
      bytes,
      own: bytes,
    })
    if (isNestedDeeper(query, limits.maxNesting)) return refuse(tooDeep(limits))
    let document: DocumentNode
    try {
      document = parse(query, { maxTokens: limits.maxTokens })
    } catch (error) {
      const { message, source, positions } = error as GraphQLError
      const at = source && positions ? { source, positions } : {}
      return refuse(codedError('GRAPHQL_PARSE_FAILED', shortened(message), { ...at, status: 400 }))
    }
    const nodes = slim(document)
    const { nesting, selections } = extentOf(document, limits.maxNesting)
    if (nesting > limits.maxNesting) return refuse(tooDeep(limits))
    if (selections > limits.maxSelections) return refuse(tooComplex(limits))
    const errors = options.checkDocument?.(document) ?? []
    if (errors.length > 0) return refuse(...errors)
    const own = bytes + nodes * BYTES.node
    return { outcome: document, bytes: own, own }
  }

  /** Drops the syntax of an invalid document, which is never executed: its errors take a hundredth of the memory. */
  const forgetSyntax = (document: DocumentNode, errors: readonly GraphQLError[]) => {
    const query = texts.get(document)
    if (query !== undefined && kept.peek(query)?.outcome === document)
      kept.set(query, { outcome: { errors }, bytes: bytesOfRefused(query), own: null })
  }

  return {
    read(query, operationName, anonymous = false) {
      const document = readOnce(query, anonymous)
      if ('errors' in document) {
        metrics.count('gateway_documents_refused_total', { code: codeOf(document) })
        return document
      }
      const operation = getOperationAST(document, operationName)
      if (operation) return { document, operation }
      const message = operationName
        ? `There is no operation named "${operationName}" in the document.`
        : 'The document has no operation, or several and the request names none: name the one to execute.'
      return { errors: [codedError('OPERATION_RESOLUTION_FAILURE', shortened(message), { status: 400 })] }
    },
    validate(schema, document) {
      const known = validated.get(document)
      if (known?.schemaId === schema.id) return known.errors
      const errors = validate(schema.api, document, rules, validation).map(({ message, source, positions }) => {
        if (message === OUT_OF_WORK) return lasting(tooMuchToCompare())
        const at = source && positions ? { source, positions } : {}
        return lasting(codedError('GRAPHQL_VALIDATION_FAILED', shortened(message), { ...at, status: 400 }))
      })
      validated.set(document, { schemaId: schema.id, errors })
      if (errors.length > 0) forgetSyntax(document, errors)
      return errors
    },
    grew(document, bytes) {
      const query = texts.get(document)
      const known = query !== undefined && kept.peek(query)
      if (!known || known.outcome !== document) return
      kept.set(query, { ...known, bytes: known.bytes + bytes })
    },
    reloaded() {
      // The oldest first, so that the order stays the same.
      for (const query of [...kept.rkeys()]) {
        const known = kept.peek(query)
        if (known?.own == null) kept.delete(query)
        else kept.set(query, { ...known, bytes: known.own })
      }
    },
    size: () => kept.size,
    bytes: () => kept.calculatedSize,
  }
}

function codeOf({ errors: [error] }: Refused): string {
  return String(error?.extensions['code'])
}

/** Reports one error per introspection field: graphql-js's own rule also reports every field below. */
function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (!isIntrospection(node.name.value)) return undefined
      context.reportError(new GraphQLError(`Introspection is off: leave ${node.name.value} out.`, { nodes: node }))
      return false
    },
  }
}

function bytesOfRefused(query: string): number {
  return BYTES.document + query.length * BYTES.character + MAX_ERRORS * BYTES.error
}

/**
 * Fixes the stack as text. An unread stack keeps every object of its frames in memory: parsers, validators and their
 * tables.
 */
function lasting(error: GraphQLError): GraphQLError {
  error.stack = `${error.name}: ${error.message}`
  return error
}

function tooDeep({ maxNesting }: Limits): GraphQLError {
  const message = `The document is nested more than ${maxNesting} levels deep, with all fragments expanded: split the request.`
  return codedError('DOCUMENT_TOO_DEEP', message, { status: 400 })
}

function tooComplex({ maxSelections }: Limits): GraphQLError {
  const message = `The document has more than ${maxSelections} selections, with all fragments expanded: split the request.`
  return codedError('DOCUMENT_TOO_COMPLEX', message, { status: 400 })
}

function tooMuchToCompare(): GraphQLError {
  const message =
    'The document takes too long to validate: too many of its fields have the same name, or too many fragments are spread. Split the request.'
  return codedError('DOCUMENT_TOO_COMPLEX', message, { status: 400 })
}
