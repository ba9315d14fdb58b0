import { initialisedPeer, type Peer } from '../../support/peer.ts'
import type { Asked, ClientStream, Ended, GraphError, Result } from './client.ts'

/** Several operations on one socket. */
export interface ClientSocket {
  readonly peer: Peer
  subscribe(asked: Asked): ClientStream
}

export async function openClientSocket(url: string, headers: Readonly<Record<string, string>>): Promise<ClientSocket> {
  // Some gateways take a client's headers from the handshake, some from connection_init.
  const peer = await initialisedPeer(url, headers, { headers })
  let last = 0
  return {
    peer,
    subscribe(asked) {
      const id = String(++last)
      peer.send({ id, type: 'subscribe', payload: asked })
      return streamOf(peer, id)
    },
  }
}

export async function openSocketStream(
  url: string,
  asked: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<ClientStream> {
  const socket = await openClientSocket(url, headers)
  return socket.subscribe(asked)
}

/** A view on what came: nothing is kept twice. */
function streamOf(peer: Peer, id: string): ClientStream {
  const nexts = () => peer.messages.filter((message) => message.id === id && message.type === 'next')
  return {
    get results() {
      return nexts().map(({ payload }) => payload as Result)
    },
    ended(): Ended | null {
      const last = peer.messages.find((message) => message.id === id && message.type !== 'next')
      if (last?.type === 'complete') return { how: 'complete' }
      if (last?.type === 'error') return { how: 'errors', errors: last.payload as GraphError[] }
      const closed = peer.closed()
      return closed && { how: 'closed', code: closed.code }
    },
    stop: () => peer.send({ id, type: 'complete' }),
    vanish: () => peer.vanish(),
  }
}
