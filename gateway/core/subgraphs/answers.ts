import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import type { SubgraphError } from './subgraph-errors.ts'
import type { Place } from '../values/paths.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'

/**
 * Maximum errors of one answer that clients get. An entity's error is repeated at each place of that entity, so a
 * subgraph with an error for each of 100,000 items would cause a response of gigabytes. One more error says how many
 * are left out.
 */
const MAX_ERRORS = 1_000

/**
 * Reads whatever a subgraph sent as an answer or event, so that all later code can rely on its types. `data` is an
 * object or null, and null data comes with an error that says why. A correct answer is returned unchanged.
 */
export function readAnswer(given: unknown, subgraph: string): ExecutionResult {
  if (!isPlain(given)) return wrong(subgraph, `a GraphQL result that is ${kindOf(given)}, not an object`)
  const { data, errors, extensions } = given
  if (isPlain(data) && (errors === undefined || errors === null)) return given
  const read = readErrors(errors)
  const fits = isPlain(data)
  if (!fits && data !== undefined && data !== null) read.push(wrongData(subgraph, data))
  if (!fits && read.length === 0) return wrong(subgraph, 'a GraphQL result with neither data nor errors')
  return {
    data: fits ? data : null,
    ...(read.length > 0 && { errors: read as ExecutionResult['errors'] & object }),
    ...(isPlain(extensions) && { extensions }),
  }
}

/**
 * Reads the errors of an answer. The specification says a list; other servers send one error alone, a text, or a
 * result with a list. Empty only if no errors were sent: an unreadable error counts as an error.
 */
export function readErrors(given: unknown): SubgraphError[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given)) {
    return isPlain(given) && Array.isArray(given['errors']) ? readErrors(given['errors']) : [readError(given)]
  }
  const read = given.slice(0, MAX_ERRORS).map(readError)
  const left = given.length - read.length
  if (left > 0) read.push({ message: `${left} more errors of the same answer are left out.` })
  return read
}

/** A readable error is returned unchanged: in-process it is an instance of a class. */
function readError(given: unknown): SubgraphError {
  if (typeof given === 'string') return { message: given }
  if (!isPlain(given)) return { message: '' }
  const { message, path, extensions } = given
  const text = typeof message === 'string'
  const at = path === undefined ? undefined : readPath(path)
  const coded = extensions === undefined || (isPlain(extensions) && isCode(extensions['code']))
  if (text && at === path && coded) return given as unknown as SubgraphError
  return {
    message: text ? message : '',
    ...(at && { path: at }),
    ...(isPlain(extensions) && { extensions: coded ? extensions : { ...extensions, code: undefined } }),
  }
}

/** The path up to its first part that is neither a name nor an index. */
function readPath(given: unknown): Place | undefined {
  if (!Array.isArray(given)) return undefined
  const end = given.findIndex((part) => typeof part !== 'string' && !isIndex(part))
  return (end < 0 ? given : given.slice(0, end)) as Place
}

export function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

const isCode = (code: unknown) => code === undefined || typeof code === 'string'

function wrong(subgraph: string, what: string): ExecutionResult {
  return { data: null, errors: [codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${subgraph}" sent ${what}.`)] }
}

function wrongData(subgraph: string, data: unknown): SubgraphError {
  const message = `The subgraph "${subgraph}" sent data that is ${kindOf(data)}, not an object.`
  return codedError('DOWNSTREAM_SERVICE_ERROR', message)
}

/** Removes a byte order mark, which some servers and proxies send before JSON. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
