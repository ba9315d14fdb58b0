import type { FetchNode } from '@apollo/query-planner'
import { OperationTypeNode, type GraphQLSchema } from 'graphql'
import { writeJson } from '../json.ts'
import { compileReadAnswer, type ReadAnswer } from './exact-answers.ts'
import { isInherited, setOwn } from '../values/own.ts'
import type { Values } from '../values/values.ts'

/** A request to a subgraph. Most of its text is made when the operation is compiled. */
export interface Outgoing {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Values
  /** `{ query, operationName, variables }` as JSON: the text that is signed, and the body over HTTP. */
  readonly text: string
  /** Whether it may be sent again after its connection failed. */
  readonly idempotent: boolean
  /** Parses the answer's JSON. */
  readonly read: ReadAnswer
}

export type MakeOutgoing = (variables: Readonly<Values>) => Outgoing

/** For an entity fetch: `texts` are the representations as JSON. */
export type MakeEntitiesOutgoing = (
  variables: Readonly<Values>,
  representations: readonly Values[],
  texts: readonly string[],
) => Outgoing

export function compileOutgoing(node: FetchNode, schema: GraphQLSchema): MakeOutgoing {
  const head = headOf(node, schema)
  const pick = compilePick(node)
  const constant = { ...head.request, text: `${head.text}}` }
  if (!pick) return () => constant
  return (given) => {
    const variables = pick(given)
    return { ...head.request, variables, text: `${head.text},"variables":${writeJson(variables)}}` }
  }
}

export function compileEntitiesOutgoing(node: FetchNode, schema: GraphQLSchema): MakeEntitiesOutgoing {
  const head = headOf(node, schema)
  const pick = compilePick(node)
  return (given, representations, texts) => new EntitiesOutgoing(head, pick?.(given), representations, texts)
}

/** The same entity fetch with other entities. */
export function withEntities(
  { query, operationName, idempotent, read, variables }: Outgoing,
  representations: readonly unknown[],
  texts: readonly string[],
): Outgoing {
  const { representations: _, ...others } = variables ?? {}
  return new EntitiesOutgoing(makeHead(query, operationName, idempotent, read), others, representations, texts)
}

/** Its text is made on first use, because fetches that are merged never need it. */
class EntitiesOutgoing implements Outgoing {
  readonly query: string
  declare readonly operationName?: string
  readonly variables: Values
  readonly idempotent: boolean
  readonly read: ReadAnswer
  readonly #head: string
  readonly #others: Values | undefined
  readonly #texts: readonly string[]

  constructor(
    { request: { query, operationName, idempotent, read }, text }: Head,
    others: Values | undefined,
    representations: readonly unknown[],
    texts: readonly string[],
  ) {
    this.query = query
    if (operationName !== undefined) this.operationName = operationName
    this.variables = others ? { ...others, representations } : { representations }
    this.idempotent = idempotent
    this.read = read
    this.#head = text
    this.#others = others
    this.#texts = texts
  }

  get text(): string {
    const list = `"representations":[${this.#texts.join(',')}]`
    // The keys have the same order as in `variables`, because the text is signed.
    const start = this.#others && writeJson(this.#others).slice(0, -1)
    const all = start && start !== '{' ? `${start},${list}}` : `{${list}}`
    return `${this.#head},"variables":${all}}`
  }
}

type Head = ReturnType<typeof makeHead>

function headOf({ operation, operationName, operationKind }: FetchNode, schema: GraphQLSchema): Head {
  const read = compileReadAnswer(schema, operation)
  return makeHead(operation, operationName, operationKind === OperationTypeNode.QUERY, read)
}

function makeHead(query: string, operationName: string | undefined, idempotent: boolean, read: ReadAnswer) {
  return {
    request: { query, ...(operationName !== undefined && { operationName }), idempotent, read },
    text: JSON.stringify({ query, operationName }).slice(0, -1),
  }
}

/**
 * Picks the client's variables that the subgraph needs. Variables that were not sent are left out, so that defaults
 * apply.
 */
function compilePick({ variableUsages = [] }: FetchNode): ((given: Readonly<Values>) => Values) | null {
  if (variableUsages.length === 0) return null
  const names = [...variableUsages]
  const inherited = names.some(isInherited)
  return (given) => {
    const picked: Values = {}
    for (const name of names) {
      if (inherited && !Object.hasOwn(given, name)) continue
      const value = given[name]
      if (value === undefined) continue
      if (inherited) setOwn(picked, name, value)
      else picked[name] = value
    }
    return picked
  }
}
