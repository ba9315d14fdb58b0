import type { Asked, ClientStream, Gateway, Transport } from './client.ts'
import { openHttpStream } from './http.ts'
import { openSocketStream } from './websocket.ts'

/** Asks on a connection of its own. */
export function openStream(
  transport: Transport,
  gateway: Gateway,
  asked: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<ClientStream> {
  if (transport === 'ws') return openSocketStream(gateway.wsUrl, asked, headers)
  return openHttpStream(transport, gateway.url, asked, headers)
}
