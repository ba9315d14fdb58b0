import { connect, type Socket } from 'node:net'

/** Sends POST requests over keep-alive connections, one request at a time on each. Further requests wait. */
export interface Http {
  /** Resolves to the body of the answer; rejects when its status is not 200. */
  post(target: string, headers: Readonly<Record<string, string>>, body: string): Promise<string>
  close(): void
}

interface Request {
  readonly text: string
  readonly resolve: (body: string) => void
  readonly reject: (error: Error) => void
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')

/**
 * A minimal HTTP client for the load, which must take as little CPU time as possible. Answers must have a
 * `content-length`.
 */
export function openHttp(origin: string, connections: number): Http {
  const { hostname, port, host } = new URL(origin)
  const waiting: Request[] = []
  const free: Connection[] = []
  let opened = 0
  let closed = false

  interface Connection {
    run(request: Request): void
    readonly socket: Socket
  }

  const open = (): Connection => {
    const socket = connect(Number(port), hostname)
    socket.setNoDelay(true)
    let current: Request | null = null
    let rest: Buffer | null = null
    const fail = (why: string) => {
      current?.reject(new Error(why))
      current = null
      const at = free.indexOf(connection)
      if (at >= 0) free.splice(at, 1)
      opened -= 1
      socket.destroy()
    }
    const connection: Connection = {
      socket,
      run(request) {
        current = request
        socket.write(request.text)
      },
    }
    socket.on('error', (error) => fail(error.message))
    socket.on('end', () => fail('the server ended the connection'))
    socket.on('data', (chunk: Buffer) => {
      const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
      rest = bytes
      const end = bytes.indexOf(END_OF_HEAD)
      if (end < 0) return
      const head = bytes.toString('latin1', 0, end)
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      if (length === undefined) return fail(`an answer without its length: ${head}`)
      const start = end + END_OF_HEAD.length
      if (bytes.length < start + Number(length)) return
      rest = null
      const done = current
      const body = bytes.toString('utf8', start, start + Number(length))
      current = null
      const next = waiting.shift()
      if (next) connection.run(next)
      else free.push(connection)
      if (/^HTTP\/1\.1 200 /.test(head)) done?.resolve(body)
      else done?.reject(new Error(`${head.split('\r\n')[0]}: ${body}`))
    })
    return connection
  }

  return {
    post: (target, headers, body) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('The connections were closed.'))
        let head = `POST ${target} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`
        for (const name in headers) head += `${name}: ${headers[name]}\r\n`
        const text = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
        const request: Request = { text, resolve, reject }
        const connection = free.pop() ?? (opened < connections ? ((opened += 1), open()) : null)
        if (connection) connection.run(request)
        else waiting.push(request)
      }),
    close() {
      closed = true
      for (const { socket } of free) socket.destroy()
    },
  }
}
