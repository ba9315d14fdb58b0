import type { RequestListener } from 'node:http'
import { makeSubgraph, type LocalSubgraph, type SubgraphOptions } from '../subgraphs/serve.ts'
import type { Config } from '../platform/config/config.ts'
import type { Platform } from './adapters.ts'
import { explainListen } from './listen.ts'

/** What each room's `make…` returns: its schema, its resolvers and a context per request. */
export type Room = Pick<SubgraphOptions, 'typeDefs' | 'resolvers' | 'makeContext' | 'eventViews'>

export interface SubgraphRole extends AsyncDisposable {
  /** For a gateway in the same process. */
  readonly local: LocalSubgraph
  /** The URL for a gateway in another process. */
  readonly url?: string
}

export type SubgraphName = 'users' | 'chat' | 'groups'

/**
 * A gateway in this process calls a subgraph directly, unless the subgraph's URL is set; a gateway in another process
 * needs its port.
 */
function listens(config: Config, name: SubgraphName): boolean {
  const url = `SUBGRAPH_${name.toUpperCase() as Uppercase<SubgraphName>}_URL` as const
  return !config.ROLES.includes('gateway') || config[url] !== undefined
}

/** Serves one subgraph: in this process, and on its port if needed. */
export async function serveRoom(
  room: Room,
  { config, clock, gatewaySecret, log }: Platform,
  name: SubgraphName,
  health: RequestListener,
): Promise<SubgraphRole> {
  const previous = config.GATEWAY_SECRET_PREVIOUS === undefined ? [] : [config.GATEWAY_SECRET_PREVIOUS]
  const subgraph = makeSubgraph({
    typeDefs: room.typeDefs,
    resolvers: room.resolvers,
    makeContext: (facts) => room.makeContext(facts),
    ...(room.eventViews && { eventViews: room.eventViews }),
    verify: { subgraph: name, secrets: [gatewaySecret, ...previous], clock },
    log: log.with({ subgraph: name }),
  })
  if (!listens(config, name)) return { local: subgraph.local, async [Symbol.asyncDispose]() {} }
  const variable = `${name.toUpperCase() as Uppercase<SubgraphName>}_PORT` as const
  const address = { host: config.HOST, port: config[variable] }
  const server = await subgraph
    .listen({ ...address, otherwise: health, drainMs: config.DRAIN_SECONDS * 1_000 })
    .catch((error: unknown) => {
      throw explainListen(error as NodeJS.ErrnoException, address.host, address.port, variable)
    })
  return { local: subgraph.local, url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
