import { ApolloLink, CombinedGraphQLErrors, Observable } from '@apollo/client'
import { type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import { type App, GraphError } from '../connect.ts'

type Sink = Parameters<ConstructorParameters<typeof Observable<ApolloLink.Result>>[0] & object>[0]

/**
 * The last link of a chain: queries and mutations are signed requests, and subscriptions share the app's one socket, resume
 * after each break, and end with an error only when they are refused for good.
 */
export function parleyLink(app: Pick<App, 'query' | 'mutate' | 'subscribe'>): ApolloLink {
  return new ApolloLink((operation) => new Observable((sink) => begin(app, operation, sink)))
}

function begin(app: Pick<App, 'query' | 'mutate' | 'subscribe'>, operation: ApolloLink.Operation, sink: Sink) {
  const { query: document, variables, operationType } = operation
  if (operationType === OperationTypeNode.SUBSCRIPTION) {
    const stream = app.subscribe<Record<string, unknown>, typeof variables>(document, variables)
    read(stream, sink).catch((error: unknown) => sink.error(errorOf(error)))
    return () => void stream.return?.()
  }
  const left = new AbortController()
  const given = (operation.getContext() as { fetchOptions?: { signal?: AbortSignal } }).fetchOptions?.signal
  const options = { signal: given ? AbortSignal.any([left.signal, given]) : left.signal }
  const ask = operationType === OperationTypeNode.MUTATION ? app.mutate : app.query
  ask<Record<string, unknown>, typeof variables>(document, variables, options).then(
    (data) => {
      sink.next({ data })
      sink.complete()
    },
    (error: unknown) => {
      // Apollo makes its own error of those in an answer, by the errorPolicy, and keeps the data beside them.
      if (!(error instanceof GraphError) || error.errors.length === 0) return sink.error(error)
      sink.next({ data: error.data as Record<string, unknown> | null, errors: formatted(error) })
      sink.complete()
    },
  )
  return () => left.abort()
}

async function read(stream: AsyncIterable<Record<string, unknown>>, sink: Sink): Promise<void> {
  for await (const data of stream) sink.next({ data })
  sink.complete()
}

const formatted = ({ errors }: GraphError): GraphQLFormattedError[] => errors.map((error) => ({ ...error }))

const errorOf = (error: unknown): unknown =>
  error instanceof GraphError && error.errors.length > 0
    ? new CombinedGraphQLErrors({ data: error.data as Record<string, unknown> | null, errors: formatted(error) })
    : error
