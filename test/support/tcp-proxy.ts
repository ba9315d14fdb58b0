import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface TcpProxy extends AsyncDisposable {
  /** The same URL, through the proxy. */
  readonly url: string
  /** Ends every connection now; new ones are accepted: a network that blinked. */
  blink(): void
  /** Ends every connection and refuses new ones until `restore`: a server that is away. */
  cut(): void
  /** Connections stay open, and new ones are accepted, but no byte passes until `restore`: a half-open network. */
  hold(): void
  /** What is open now stays open and is dead for ever, while new connections work: a failover behind a NAT. */
  abandon(): void
  /** What is open now falls silent, while new connections work: what it still has to say comes at `restore`, out of order. */
  strand(): void
  /** Every byte takes this long from now on: a network that is slow. */
  delay(ms: number): void
  restore(): void
  /** Connections open now. */
  count(): number
}

/** Stands between a client and the server of `targetUrl`, and breaks in the ways in which networks break. */
export async function startTcpProxy(targetUrl: string): Promise<TcpProxy> {
  const target = new URL(targetUrl)
  const pairs = new Set<readonly [Socket, Socket]>()
  const abandoned = new Set<readonly [Socket, Socket]>()
  let state: 'passing' | 'cut' | 'held' = 'passing'
  let delayMs = 0

  const server = createServer((client) => {
    if (state === 'cut') return void client.resetAndDestroy()
    const upstream = connect(Number(target.port), target.hostname)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.setNoDelay(true)
      /** Bytes keep their order, also when a delay ends. */
      let last: Promise<unknown> = Promise.resolve()
      from.on('data', (chunk: Buffer) => {
        const passed = Promise.all([delayMs > 0 ? delay(delayMs) : undefined, last])
        last = passed.then(() => to.destroyed || abandoned.has(pair) || to.write(chunk))
      })
      from.on('error', () => undefined) // 'close' follows
      from.on('close', () => {
        pairs.delete(pair)
        // The other side of a dead connection does not hear of it.
        void last.then(() => abandoned.has(pair) || to.destroy())
      })
      if (state === 'held') from.pause()
    }
  })
  const pause = () => {
    for (const pair of pairs) for (const socket of pair) socket.pause()
  }
  const blink = () => pairs.forEach(([client, upstream]) => (client.resetAndDestroy(), upstream.destroy()))

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = new URL(targetUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    blink,
    cut() {
      state = 'cut'
      blink()
    },
    hold() {
      state = 'held'
      pause()
    },
    abandon: () => pairs.forEach((pair) => abandoned.add(pair)),
    strand: pause,
    delay: (ms) => void (delayMs = ms),
    restore() {
      state = 'passing'
      delayMs = 0
      for (const pair of pairs) for (const socket of pair) socket.resume()
    },
    count: () => pairs.size,
    async [Symbol.asyncDispose]() {
      state = 'cut'
      for (const pair of abandoned) for (const socket of pair) socket.destroy()
      blink()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
