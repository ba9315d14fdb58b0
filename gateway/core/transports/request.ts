import type { IncomingMessage } from 'node:http'
import { GraphQLError } from 'graphql'
import { codedError } from '../errors.ts'
import { parseExactly } from '../json.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest } from '../types.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import { parseJson } from './json.ts'
import { graphRequest } from './messages.ts'

/** Parameters of a GET. */
const PARAMETERS = ['query', 'operationName', 'variables', 'extensions']

type Parsed =
  | {
      readonly json: unknown
      readonly request: GraphRequest | undefined
      /** Parses the variables again, with their numbers exactly as sent. */
      variablesAgain(): unknown
    }
  /** Well-formed, but it cannot be answered. */
  | { readonly refusal: GraphQLError }
  | { readonly error: unknown }

/**
 * `request` is undefined if Apollo Server should explain the fault: a content type that is not JSON (a form could send
 * that without a preflight), or a missing query.
 */
export function parseRequest(request: IncomingMessage, body: Buffer, { maxJsonDepth }: Limits): Parsed {
  if (request.method === 'GET') return fromSearch(searchOf(request), maxJsonDepth)
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { json: undefined, request: undefined, variablesAgain: () => undefined }
  }
  const text = body.toString()
  let json: unknown
  try {
    json = parseJson(text, 'The body', maxJsonDepth)
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
  if (!isPlain(json))
    return { error: codedError('BAD_REQUEST', `The body must be a JSON object, not ${kindOf(json)}.`, { status: 400 }) }
  return asRequest(json, () => (parseExactly(text) as GraphRequest).variables)
}

function fromSearch(search: string, maxJsonDepth: number): Parsed {
  const parameters = new URLSearchParams(withoutEmpty(search))
  const given: Record<string, unknown> = Object.fromEntries(parameters)
  const { variables } = given
  try {
    for (const name of PARAMETERS) {
      // A proxy may read the first value and a server the last, and so see different requests.
      if (parameters.getAll(name).length > 1) throw new Error(`"${name}" must be in the URL once, not several times.`)
    }
    for (const name of ['variables', 'extensions']) {
      const text = given[name]
      if (typeof text === 'string' && text !== '') given[name] = parseJson(text, `"${name}"`, maxJsonDepth)
    }
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
  return asRequest(given, () => parseExactly(String(variables)))
}

function asRequest(json: Record<string, unknown>, variablesAgain: () => unknown): Parsed {
  try {
    const request = graphRequest(json)
    if (request instanceof GraphQLError) return { refusal: request }
    // An empty name counts as no name, as on sockets; Apollo Server would look for an operation with that name.
    const { operationName, ...unnamed } = json
    const named = operationName === '' ? unnamed : json
    // Apollo Server refuses a persisted query's hash even if the query itself is sent too.
    const known = isPlain(json['extensions']) ? { ...named, extensions: request.extensions } : named
    return { json: known, request, variablesAgain }
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
}

export function searchOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at)
}

/**
 * For Apollo Server, after the request was parsed. Apollo Server refuses a persisted query's hash even beside its
 * query, and variables that are null; it uses neither for anything else.
 */
export function withoutValues(search: string): string {
  const given = new URLSearchParams(search)
  given.delete('extensions')
  given.delete('variables')
  return `?${given.toString()}`
}

/** An empty parameter counts as absent: forms and clients that fill in templates send empty ones. */
export function withoutEmpty(search: string): string {
  if (!/=(&|$)/.test(search)) return search
  const given = [...new URLSearchParams(search)].filter(([, value]) => value !== '')
  return `?${new URLSearchParams(given).toString()}`
}
