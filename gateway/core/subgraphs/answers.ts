import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import type { SubgraphError } from './subgraph-errors.ts'
import type { Place } from '../values/paths.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'

/**
 * Errors of one answer that are told. An error of an entity is told at each place of that entity, so that a subgraph with an
 * error for each of 100,000 items would make a response of gigabytes. How many were left out is one more error.
 */
const MAX_ERRORS = 1_000

/**
 * What a subgraph answered or sent as an event, whatever it was: parsed here, so that everything after may rely on its
 * types. `data` is an object or null, and where it is null there is an error that says why. An answer that is as it should be
 * is returned as it came.
 */
export function readAnswer(given: unknown, subgraph: string): ExecutionResult {
  if (!isPlain(given)) return wrong(subgraph, `a GraphQL result that is ${kindOf(given)}, not an object`)
  const { data, errors, extensions } = given
  if (isPlain(data) && (errors === undefined || errors === null)) return given
  const told = readErrors(errors)
  const fits = isPlain(data)
  if (!fits && data !== undefined && data !== null) told.push(wrongData(subgraph, data))
  if (!fits && told.length === 0) return wrong(subgraph, 'a GraphQL result with neither data nor errors')
  return {
    data: fits ? data : null,
    ...(told.length > 0 && { errors: told as ExecutionResult['errors'] & object }),
    ...(isPlain(extensions) && { extensions }),
  }
}

/**
 * A list of errors by the specification; other servers send one error alone, a text, or a result that has a list. Empty only
 * where none was sent: what cannot be read is an error too.
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

/** An error is kept as it is where it fits: in-process it is an object of a class. */
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

/** The path as it is, or as far as it can be followed: names, and numbers of items. */
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

/** A byte order mark before JSON is not JSON; some servers and proxies send one. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
