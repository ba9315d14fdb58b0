/**
 * What no gateway on Node can be below: its HTTP server and one pool of kept connections, which hand a request on to the
 * one subgraph that can answer it. Nothing is parsed.
 */
import { createServer } from 'node:http'
import { Pool } from 'undici'
import { given, listening } from '../harness/serve.mjs'

const { origin, pathname: path } = new URL(given.subgraphs.users.url)
const pool = new Pool(origin, { connections: 64, headersTimeout: 0, bodyTimeout: 0 })
const headers = { 'content-type': 'application/json' }

const server = createServer((request, response) => {
  const body = []
  request.on('data', (chunk) => body.push(chunk))
  request.on('end', () => {
    const answer = []
    const end = (status, bytes) => {
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
    }
    pool.dispatch(
      { path, method: 'POST', headers, body: Buffer.concat(body) },
      {
        onConnect: () => {},
        onHeaders: () => true,
        onData: (chunk) => answer.push(chunk) > 0,
        onComplete: () => end(200, Buffer.concat(answer)),
        onError: ({ message }) => end(502, Buffer.from(message)),
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => listening({ url: `http://127.0.0.1:${server.address().port}/graphql` }))
