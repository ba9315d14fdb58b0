import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openGateway, type SubgraphSource } from '../../../gateway/core/index.ts'
import type { GatewayUnderTest } from '../support/gateway-command.ts'
import type { Subgraphs } from './subgraphs/subgraph.ts'
import type { Settings } from './world.ts'

/** What the suite may know of `startOurs`. */
export const ourSettings: Settings = {
  identityHeader: 'x-identity',
  subgraphTimeoutMs: 1_000,
  upstreamSockets: true,
}

/** What the suite of the WebSocket protocol may know of it. It holds operations back longer than a subgraph may take. */
export const ourSocketSettings = {
  subgraphTimeoutMs: 30_000,
  initWaitMs: 1_000,
  maxMessageBytes: 64 * 1024,
  refusedParams: { stranger: true },
}

export interface OursOptions {
  readonly inProcess?: Subgraphs | undefined
  readonly subgraphTimeoutMs?: number
}

/** Our gateway's core in this process: what `npm run gateway` serves, with one header passed on and less patience, its subgraphs there or here. */
export async function startOurs(
  supergraphSdl: string,
  { inProcess, subgraphTimeoutMs = ourSettings.subgraphTimeoutMs ?? 0 }: OursOptions = {},
): Promise<GatewayUnderTest> {
  const name = ourSettings.identityHeader ?? ''
  const remote = (url: string): SubgraphSource => ({ kind: 'remote', url, wsUrl: url.replace('http', 'ws') })
  const gateway = await openGateway<string>({
    supergraphSdl,
    subgraphs: (subgraph, url) =>
      inProcess ? { kind: 'local', ...inProcess[subgraph as keyof Subgraphs].local } : remote(url),
    authenticate: async ({ headers, connectionParams }) => {
      if (connectionParams?.['stranger'] === true) {
        throw Object.assign(new Error('Not you.'), { extensions: { code: 'FORBIDDEN' } })
      }
      const who = connectionParams?.[name] ?? headers[name]
      return typeof who === 'string' ? who : ''
    },
    identityOf: (who) => who,
    forwardHeaders: [name],
    limits: {
      subgraphTimeoutMs,
      connectionInitWaitMs: ourSocketSettings.initWaitMs,
      maxMessageBytes: ourSocketSettings.maxMessageBytes,
    },
  })
  const server = createServer()
  gateway.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
