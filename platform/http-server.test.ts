import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { eventually } from '../test/support/eventually.ts'
import { makeHttpServer } from './http-server.ts'

test.each([
  ['nothing', ''],
  ['half a head', 'POST / HTTP/1.1\r\nhost: a\r\n'],
  ['half a body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf'],
])('a connection that sends %s is closed when its time is over, and others are answered', async (_, sent) => {
  const server = makeHttpServer(
    (request, response) => {
      request.resume()
      request.on('end', () => response.end('answered'))
    },
    { headMs: 100, requestMs: 300, checkIntervalMs: 20 },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let closed = false
  const slow = connect(port, '127.0.0.1').on('error', () => {})
  slow.on('close', () => (closed = true)).resume()
  slow.write(sent)
  await eventually(() => closed)
  expect(await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'whole' })).text()).toBe('answered')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
