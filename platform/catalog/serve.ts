import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { assetPath } from '../assets.ts'
import { CATALOG_PATH } from './embedded.ts'
import { GIFS, STICKERS } from './items.ts'

interface CatalogServer {
  /** False if the request is not for a picture of the catalog. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
}

/** Serves the pictures of the embedded catalog from memory: some 20 KB, which are read when the server is made. */
export function makeCatalogServer(): CatalogServer {
  const read = (file: string, contentType: string) =>
    [CATALOG_PATH + file, { contentType, body: readFileSync(assetPath(`platform/catalog/items/${file}`)) }] as const
  // A path is looked up here, and never in a folder.
  const pictures = new Map([
    ...STICKERS.map(([id]) => read(`${id}.svg`, 'image/svg+xml')),
    ...GIFS.map(([id]) => read(`gif-${id}.gif`, 'image/gif')),
  ])
  return {
    answer({ method, url = '' }, response) {
      const path = url.split('?', 1)[0]!
      if (!path.startsWith(CATALOG_PATH)) return false
      const picture = pictures.get(path)
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('referrer-policy', 'no-referrer')
      if (method !== 'GET' && method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end()
      } else if (!picture) {
        response.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end('No such picture.\n')
      } else {
        response.writeHead(200, {
          'content-type': picture.contentType,
          'content-length': picture.body.length,
          // An SVG that is opened by itself is a page.
          'content-security-policy': "default-src 'none'; sandbox",
          'cross-origin-resource-policy': 'cross-origin',
          'access-control-allow-origin': '*',
          'cache-control': 'public, max-age=86400',
        })
        response.end(method === 'HEAD' ? undefined : picture.body)
      }
      return true
    },
  }
}
