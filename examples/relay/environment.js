/** Relay over the SDK: it signs, resumes and reconnects; Relay keeps what came. */
import { parse } from 'graphql'
import { Environment, Network, Observable, RecordSource, Store } from 'relay-runtime'

export function makeEnvironment(app) {
  /** Relay has the text of an operation; the SDK takes the document. */
  const documents = new Map()
  const documentOf = ({ name, text }) => {
    if (!documents.has(name)) documents.set(name, parse(text))
    return documents.get(name)
  }

  const fetch = async (request, variables) => {
    const ask = request.operationKind === 'mutation' ? app.mutate : app.query
    return { data: await ask(documentOf(request), variables) }
  }

  // A stream resumes by its variable `after`: a subscription that has it misses nothing.
  const subscribe = (request, variables) =>
    Observable.create((sink) => {
      const stream = app.subscribe(documentOf(request), variables)
      const pass = async () => {
        for await (const data of stream) sink.next({ data })
        sink.complete()
      }
      pass().catch((error) => sink.error(error))
      return () => void stream.return()
    })

  return new Environment({
    network: Network.create(fetch, subscribe),
    store: new Store(new RecordSource()),
    // Ids are unique within their type.
    getDataID: ({ id }, typename) => (id === undefined || id === null ? null : `${typename}:${id}`),
  })
}
