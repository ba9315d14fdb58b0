import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** Files by the last part of their path. A fixed list, so that no path of a request reaches the disk. */
const FILES: Readonly<Record<string, string>> = {
  'page.css': 'web/page.css',
  'explorer.js': 'web/explorer/explorer.js',
  'sign.js': 'dist/client/sign.js',
  'react.js': 'node_modules/react/umd/react.production.min.js',
  'react-dom.js': 'node_modules/react-dom/umd/react-dom.production.min.js',
  'graphiql.js': 'node_modules/graphiql/graphiql.min.js',
  'graphiql.css': 'node_modules/graphiql/graphiql.min.css',
  'graphql-ws.js': 'node_modules/graphql-ws/umd/graphql-ws.min.js',
}
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

interface Asset {
  readonly type: string
  /** Also served without the explorer. */
  readonly always: boolean
  read(): Buffer
}

export interface Assets {
  /** False if a package of the explorer is not installed, as after `npm install --omit=dev`. */
  readonly complete: boolean
  find(path: string): Asset | undefined
}

/** The files below `/explorer/`, read from the project's folder and from installed packages. */
export function makeAssets(root: string): Assets {
  return {
    complete: Object.values(FILES).every((file) => existsSync(join(root, file))),
    find(path) {
      const name = /^\/explorer\/([a-z-]+\.(?:js|css))$/.exec(path)?.[1] ?? ''
      const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined
      if (file === undefined) return undefined
      return {
        type: TYPES[extname(file)] ?? 'application/octet-stream',
        always: name === 'page.css',
        read: () => readFileSync(join(root, file)),
      }
    },
  }
}
