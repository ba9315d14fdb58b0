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

/** Texts of anonymous clients that are remembered as seen, by their hash: less than 2 MB. The oldest goes. */
const MAX_SEEN = 10_000
/** Validation stops here: who has ten errors reads no eleventh, and ten thousand of them cost as much as a thousand requests. */
const MAX_ERRORS = 10

/** graphql-js' whole word on a document for which its bounds on comparing fields and following fragments do not suffice. */
const OUT_OF_WORK = 'Validation aborted.'

export interface ReadOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}
/** A request whose text was read. */
export interface ReadRequest extends ReadOperation {
  readonly request: GraphRequest
}
export type Refused = { readonly errors: readonly GraphQLError[] }

export interface Documents {
  /**
   * Parses, checks the syntax limits and picks the operation; to be called once per request. Errors have status 400. What
   * an anonymous client sends is kept only once it comes again.
   */
  read(query: string, operationName: string | undefined, anonymous?: boolean): ReadOperation | Refused
  /** Empty where the document fits the schema. */
  validate(schema: LoadedSchema, document: DocumentNode): readonly GraphQLError[]
  /** So much was made of the document, and is to be held as long as it. */
  grew(document: DocumentNode, bytes: number): void
  /** The schema is another one: what was made of the documents is gone, and so is what did not fit the one before. */
  reloaded(): void
  readonly size: () => number
  /** What all that is kept takes, as estimated. */
  readonly bytes: () => number
}

/**
 * Each text is parsed once, and validated once per schema; bad ones are remembered as well, so that repeating one is cheap.
 * What is kept is bounded by what it takes of the heap, with all that was made of it: a short text makes much of it. Plans
 * and compiled operations are held by their documents (WeakMap) and leave with them.
 */
export function makeDocuments(
  limits: Limits,
  options: Pick<GatewayOptions<unknown>, 'checkDocument' | 'introspection'>,
  metrics: Pick<Metrics, 'count'>,
): Documents {
  interface Kept {
    readonly outcome: DocumentNode | Refused
    readonly bytes: number
    /** Without what was made of it. Null where it is the schema that refuses it. */
    readonly own: number | null
  }
  const kept = new LRUCache<string, Kept>({
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

  const parseChecked = (query: string): Kept => {
    const bytes = bytesOfRefused(query)
    const refuse = (...errors: readonly GraphQLError[]): Kept => ({
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

  /** Nothing runs of a document that does not fit: what is wrong with it takes a hundredth of its place. */
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
        : 'Name the operation to run: the document has none or several.'
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
      // The oldest first, so that their order stays.
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

/** One error for each: graphql-js's own rule speaks of every field below as well. */
function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (!isIntrospection(node.name.value)) return undefined
      context.reportError(new GraphQLError(`The schema is not shown: ask without ${node.name.value}.`, { nodes: node }))
      return false
    },
  }
}

function bytesOfRefused(query: string): number {
  return BYTES.document + query.length * BYTES.character + MAX_ERRORS * BYTES.error
}

/** Until it is read, a stack keeps everything that stood on it: parsers, validators and their tables. */
function lasting(error: GraphQLError): GraphQLError {
  error.stack = `${error.name}: ${error.message}`
  return error
}

function tooDeep({ maxNesting }: Limits): GraphQLError {
  const message = `The document is nested more than ${maxNesting} deep, with all fragments put in: ask in several steps.`
  return codedError('DOCUMENT_TOO_DEEP', message, { status: 400 })
}

function tooComplex({ maxSelections }: Limits): GraphQLError {
  const message = `The document has more than ${maxSelections} selections, with all fragments put in: ask in several steps.`
  return codedError('DOCUMENT_TOO_COMPLEX', message, { status: 400 })
}

function tooMuchToCompare(): GraphQLError {
  const message =
    'The document takes too long to validate: too many of its fields have one name, or too many fragments are spread. Ask in several steps.'
  return codedError('DOCUMENT_TOO_COMPLEX', message, { status: 400 })
}
