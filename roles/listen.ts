import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeHttpServer } from '../platform/http-server.ts'
import { StartupError } from '../platform/startup-error.ts'

/** One clear line for an address on which this process cannot listen; other errors are returned unchanged. */
export function explainListen(error: NodeJS.ErrnoException, host: string, port: number, variable: string): Error {
  const { code } = error
  switch (code) {
    case 'EADDRINUSE':
      return new StartupError(
        `Port ${port} on ${host} is in use: stop the program that listens there, or set ${variable} to another.`,
      )
    case 'EACCES':
      return new StartupError(
        `Port ${port} needs more permissions than this user has: set ${variable} to one above 1023.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`${host} is not an address of this machine: set HOST to one, or to 0.0.0.0 for all.`)
    default:
      return error
  }
}

export interface Address {
  readonly host: string
  readonly port: number
  /** The variable that sets the port, for the error message if it is in use. */
  readonly variable: string
}

/** Resolves to the port. For port 0 the system chooses one. */
export async function listenOn(server: Server, { host, port, variable }: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListen(error, host, port, variable)))
    server.listen({ host, port }, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** A small extra server: for health if no role listens, or for metrics. */
export async function serveAside(answer: RequestListener, address: Address): Promise<AsyncDisposable> {
  const server = makeHttpServer(answer)
  await listenOn(server, address)
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections())
    },
  }
}
