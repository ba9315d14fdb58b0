/** `node dist/roles/probe.js URL`: exits 0 when the URL answers 200, else 1. The image has no curl. */
import { request } from 'node:http'

const url = process.argv[2]
if (url === undefined) {
  console.error('Give the URL to ask, such as http://127.0.0.1:4000/healthz')
  process.exit(1)
}
request(url, { timeout: 4_000 }, (response) => {
  response.resume()
  process.exit(response.statusCode === 200 ? 0 : 1)
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end()
