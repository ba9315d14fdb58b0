import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeHttpServer } from '../platform/http-server.ts'
import { StartupError } from '../platform/startup-error.ts'

/** The one clear line for an address that cannot be listened on; other errors as they are. */
export function explainListen(error: NodeJS.ErrnoException, host: string, port: number, variable: string): Error {
  const { code } = error
  switch (code) {
    case 'EADDRINUSE':
      return new StartupError(
        `Port ${port} on ${host} is taken: stop what listens there, or set ${variable} to another.`,
      )
    case 'EACCES':
      return new StartupError(`Port ${port} needs more rights than this user has: set ${variable} to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`${host} is no address of this machine: set HOST to one, or to 0.0.0.0 for all.`)
    default:
      return error
  }
}

export interface Address {
  readonly host: string
  readonly port: number
  /** The variable that sets the port, for the message when it is taken. */
  readonly variable: string
}

/** Resolves to the port, which the system chose where 0 was asked. */
export async function listenOn(server: Server, { host, port, variable }: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListen(error, host, port, variable)))
    server.listen({ host, port }, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** A small server beside the graph: for health where nothing else listens, or for metrics. */
export async function serveAside(answer: RequestListener, address: Address): Promise<AsyncDisposable> {
  const server = makeHttpServer(answer)
  await listenOn(server, address)
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections())
    },
  }
}
