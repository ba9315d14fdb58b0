import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { subgraphNames, typeDefs, type SubgraphName } from './schema.ts'

/** The supergraph over these addresses. */
export function composeSupergraph(urls: Readonly<Record<SubgraphName, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphNames.map((name) => ({ name, url: urls[name], typeDefs: parse(typeDefs[name]) })),
  )
  if (supergraphSdl === undefined) throw new AggregateError(errors ?? [], (errors ?? []).map(String).join('\n'))
  return supergraphSdl
}
