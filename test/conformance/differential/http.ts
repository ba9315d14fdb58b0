import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { GraphQLError } from 'graphql'
import { request as httpRequest } from 'undici'
import { openGateway } from '../../../gateway/core/index.ts'
import { graphs } from './graphs.ts'
import { operations } from './operations.ts'
import { hash, makeWorld } from './world.ts'

export interface HttpOutcome {
  readonly compared: number
  readonly statuses: Readonly<Record<string, number>>
  readonly found: { readonly request: unknown; readonly first: unknown; readonly second: unknown } | null
}

const ACCEPTS = [
  undefined,
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'text/html',
  'application/json;q=0.1, application/graphql-response+json;q=0.9',
]

/**
 * Sends each random request by POST, which is answered without Apollo Server, twice, for its document is new at first; and
 * by GET, which Apollo Server answers. Status, headers and body must be the same.
 */
export async function runHttpDifferential({ cases, seed }: { cases: number; seed: number }): Promise<HttpOutcome> {
  const statuses: Record<string, number> = {}
  const count = { compared: 0 }
  for (const graph of graphs) {
    const world = makeWorld(graph)
    await using gateway = await openGateway<null>({
      supergraphSdl: world.supergraphSdl,
      subgraphs: (name) => ({
        kind: 'local',
        execute: async (request) => world.ask(name, request, { salt: '', fails: true }),
        subscribe: () => Promise.reject(new Error('Nothing is subscribed to here.')),
      }),
      authenticate: async () => null,
      identityOf: () => '',
      checkOperation: ({ document }) => refusals(document.loc?.source.body ?? ''),
    })
    const server = createServer()
    gateway.attach(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
    let found: HttpOutcome['found'] = null
    let number = 0

    const requests = fc.tuple(operations(world.supergraph.api), fc.constantFrom(...ACCEPTS), fc.nat(20), fc.nat(30))
    const property = fc.asyncProperty(requests, async ([{ query, variables }, accept, twist, odd]) => {
      const request = {
        body: twisted(`# ${++number}\n${query}`, variables, twist),
        accept,
        type: odd === 0 ? 'text/plain' : 'application/json',
      }
      const first = await post(url, request)
      statuses[first.status] = (statuses[first.status] ?? 0) + 1
      for (const send of [post, ...(isForGet(request) ? [get] : [])]) {
        const second = await send(url, request)
        count.compared++
        if (JSON.stringify(first) === JSON.stringify(second)) continue
        found = { request, first, second }
        throw new Error('The other way answered something else.')
      }
    })
    const checked = await fc.check(property, { numRuns: Math.ceil(cases / graphs.length), seed, endOnFailure: true })
    server.closeAllConnections()
    server.close()
    if (found) return { ...count, statuses, found }
    if (checked.failed) throw checked.errorInstance
  }
  return { ...count, statuses, found: null }
}

/** Refusals of a policy, by the document, of all kinds of status. */
function refusals(text: string): readonly GraphQLError[] {
  const luck = hash(text) % 40
  const refuse = (http?: object) =>
    new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN', ...(http && { http }) } })
  if (luck === 0) return [refuse(), refuse({ status: 403 })]
  if (luck === 1) return [refuse({ status: 429, headers: { 'retry-after': '3' } })]
  return luck === 2 ? [refuse()] : []
}

/** What clients get wrong. */
function twisted(query: string, variables: Readonly<Record<string, unknown>>, twist: number): object {
  const [name] = Object.keys(variables)
  switch (twist) {
    case 0:
      return { query, variables: name === undefined ? {} : { ...variables, [name]: { wrong: [1] } } }
    case 1:
      return { query, variables: name === undefined ? null : { ...variables, [name]: null } }
    case 2:
      return { query, variables: {} }
    case 3:
      return { query, variables, operationName: 'Named' }
    case 4:
      return { query, variables, operationName: '' }
    case 5:
      return { query, variables, operationName: null, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }
    case 6:
      return { query: query.slice(0, -1), variables }
    case 7:
      return { query: `${query} query Other { __typename }`, variables, operationName: 'Other', extensions: {} }
    default:
      return { query, variables }
  }
}

interface Sent {
  readonly body: object
  readonly accept: string | undefined
  readonly type: string
}

/** A GET has no content type, and is for queries; what each way says of an `accept` that takes nothing is its own. */
function isForGet({ body, accept, type }: Sent): boolean {
  return (
    type === 'application/json' && accept !== 'text/html' && !/^\s*mutation/m.test((body as { query: string }).query)
  )
}

async function get(url: string, { body, accept }: Sent) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) {
    if (value !== null) search.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return answerOf(`${url}?${search.toString()}`, {
    method: 'GET',
    headers: headersFor(accept, 'x-apollo-operation-name', 'x'),
  })
}

async function post(url: string, { body, accept, type }: Sent) {
  return answerOf(url, {
    method: 'POST',
    headers: headersFor(accept, 'content-type', type),
    body: JSON.stringify(body),
  })
}

function headersFor(accept: string | undefined, name: string, value: string) {
  return { [name]: value, 'x-request-id': 'always-the-same', ...(accept !== undefined && { accept }) }
}

async function answerOf(url: string, options: NonNullable<Parameters<typeof httpRequest>[1]>) {
  const { statusCode, headers, body: answer } = await httpRequest(url, options)
  const { date: _, ...rest } = headers
  // The order of headers says nothing.
  const sorted = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1))
  return { status: statusCode, headers: sorted, body: await answer.text() }
}
