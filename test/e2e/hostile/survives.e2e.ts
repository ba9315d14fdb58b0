import { once } from 'node:events'
import { WebSocket } from 'ws'
import { makeFolder, startProgram } from '../../support/program.ts'

/** What comes without credentials does not end the process: a real one, as `npm start` runs it. */
jest.setTimeout(120_000)

const nested = (levels: number, open = '{"a":', close = '}') => open.repeat(levels) + '1' + close.repeat(levels)

const FRAMES: readonly (readonly [string, string])[] = [
  ['a ping', `{"type":"ping","payload":${nested(5_000)}}`],
  ['a ping of lists', `{"type":"ping","payload":{"a":${nested(9_000, '[', ']')}}}`],
  ['a pong', `{"type":"pong","payload":${nested(5_000)}}`],
  ['a connection_init', `{"type":"connection_init","payload":${nested(5_000)}}`],
  ['variables', `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":${nested(5_000)}}}`],
  ['extensions', `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","extensions":${nested(5_000)}}}`],
]

test('JSON of thousands of levels ends its connection and nothing else, on every transport', async () => {
  await using folder = await makeFolder()
  await using program = await startProgram({
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'warn',
    // The bodies are long, and those without credentials pay for that.
    RATE_ANONYMOUS_BURST: '1000',
  })
  const url = program.banner('GraphQL')
  const alive = async () => (await fetch(new URL('/healthz', url))).status

  for (const initialised of [false, true]) {
    for (const [name, frame] of FRAMES) {
      const socket = new WebSocket(program.banner('WebSocket'), 'graphql-transport-ws')
      await once(socket, 'open')
      if (initialised) {
        socket.send('{"type":"connection_init"}')
        await once(socket, 'message')
      }
      socket.send(frame)
      const [code] = (await once(socket, 'close')) as [number]
      // A frame before the acknowledgement may be refused for its size alone.
      expect([name, code]).toEqual([name, initialised ? 4400 : expect.any(Number)])
      expect(await alive()).toBe(200)
    }
  }
  for (const accept of ['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
    for (const name of ['variables', 'extensions']) {
      const body = `{"query":"{ __typename }","${name}":${nested(5_000)}}`
      const posted = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body })
      expect(posted.status).toBe(400)
      expect(await posted.text()).toContain('BAD_REQUEST')
    }
  }
  expect(await alive()).toBe(200)
  expect(program.stderr()).toBe('')
  expect(program.stdout()).not.toContain('"level":"error"')
})
