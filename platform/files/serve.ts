import type { IncomingMessage, ServerResponse } from 'node:http'
import { FileStore as TusStore } from '@tus/file-store'
import { Server as TusServer } from '@tus/server'
import send from 'send'
import type { Log } from '../log/log.ts'
import { dispositionOf, incomingName } from './files.ts'
import { FILES_PATH, type Grants } from './grants.ts'
import { makeLocks } from './locks.ts'

export interface FileServerOptions {
  readonly folder: string
  readonly grants: Grants
  readonly log: Log
  /** Whether a page of the origin may read the answers. */
  originAllowed(origin: string, host: string | undefined): boolean
  /** The network of the client, for the limits. */
  addressOf(request: IncomingMessage): string
  readonly limits?: Partial<FileServerLimits>
}

export interface FileServerLimits {
  /** Transfers at once; each holds a file and a socket. Beyond it 503. */
  readonly transfers: number
  /** The same of one network: a crowd behind one router shares it. Beyond it 429. */
  readonly transfersPerAddress: number
  /** A client that neither sends nor reads for so long is cut off; it continues where it was. */
  readonly idleMs: number
}

const LIMITS: FileServerLimits = { transfers: 2_000, transfersPerAddress: 64, idleMs: 30_000 }

export interface FileServer {
  /** False if the request is not for a file. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
}

/** What an earlier request of the same upload may still write, when a later one asks for its place. */
const DRAIN_MS = 500

const METHODS = 'GET, HEAD, PATCH, OPTIONS'

/** Serves the files of a folder by HTTP: downloads with ranges, uploads by the tus protocol 1.0 without its creation. */
export function makeFileServer(options: FileServerOptions): FileServer {
  const { folder, grants, log, addressOf } = options
  const limits = { ...LIMITS, ...options.limits }
  const tus = new TusServer({
    path: FILES_PATH.slice(0, -1),
    datastore: new TusStore({ directory: folder }),
    getFileIdFromRequest(request) {
      const granted = grants.read(targetOf(request.url))
      return granted?.grant.use === 'upload' ? incomingName(granted.key) : undefined
    },
    locker: makeLocks(),
    lockDrainTimeout: DRAIN_MS,
    // Ours are set before.
    allowedOrigins: () => false,
    onResponseError(_, error) {
      if ('status_code' in error && error.status_code < 500) return undefined
      // The text may name a path of this machine.
      log.error('An upload failed.', { error })
      return { status_code: 500, body: 'The file could not be written: try again.\n' }
    },
  })
  const underWay = new Map<string, number>()
  let total = 0

  /** Counts the transfer until its response is closed; the status for one that is too many. */
  const begin = (request: IncomingMessage, response: ServerResponse): number | null => {
    const address = addressOf(request)
    const own = underWay.get(address) ?? 0
    if (total >= limits.transfers) return 503
    if (own >= limits.transfersPerAddress) return 429
    total++
    underWay.set(address, own + 1)
    response.once('close', () => {
      total--
      const left = (underWay.get(address) ?? 1) - 1
      if (left === 0) underWay.delete(address)
      else underWay.set(address, left)
    })
    response.setTimeout(limits.idleMs, () => response.destroy())
    return null
  }

  const download = (
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    type: string,
    name: string | null,
  ) => {
    response.setHeader('content-type', type)
    response.setHeader('content-disposition', dispositionOf({ contentType: type, fileName: name }))
    response.setHeader('content-security-policy', "default-src 'none'; sandbox")
    response.setHeader('cross-origin-resource-policy', 'cross-origin')
    // A file never changes, but its address must stop working in the caches too.
    response.setHeader('cache-control', 'private, max-age=900, immutable')
    send(request, key, { root: folder, cacheControl: false, dotfiles: 'deny', index: false })
      .on('error', (error: { status?: number }) => {
        if (response.headersSent) return void response.destroy()
        for (const header of ['content-type', 'content-disposition', 'cache-control']) response.removeHeader(header)
        if (error.status !== 404 && error.status !== 416) log.error('A file cannot be read.', { error })
        refuse(response, error.status ?? 500, error.status === 416 ? 'The file has no such range.' : GONE)
      })
      .pipe(response)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = request
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    if (headers.origin !== undefined) {
      response.setHeader('vary', 'origin')
      if (options.originAllowed(headers.origin, headers.host)) {
        response.setHeader('access-control-allow-origin', headers.origin)
        response.setHeader(
          'access-control-expose-headers',
          'upload-offset, upload-length, tus-resumable, content-range',
        )
      }
    }
    if (method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', METHODS)
      response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? 'content-type')
      response.setHeader('access-control-max-age', '7200')
      response.writeHead(204).end()
      return
    }
    const granted = grants.read(request.url ?? '')
    if (!granted) return refuse(response, 403, 'This address has ended, or never was one: ask for a new one.')
    const { key, grant } = granted
    const tooMany = begin(request, response)
    if (tooMany !== null) {
      response.setHeader('retry-after', '1')
      return refuse(response, tooMany, 'Too many files are under way: try again later.')
    }
    if (grant.use === 'download' && (method === 'GET' || method === 'HEAD')) {
      return download(request, response, key, grant.contentType, grant.fileName)
    }
    if (grant.use === 'upload' && (method === 'PATCH' || method === 'HEAD')) return tus.handle(request, response)
    response.setHeader('allow', METHODS)
    refuse(response, 405, `This address is for an ${grant.use === 'upload' ? 'upload by PATCH' : 'answer to GET'}.`)
  }

  return {
    answer(request, response) {
      if (!request.url?.startsWith(FILES_PATH)) return false
      response.on('error', (error) => log.debug('A transfer failed.', { error }))
      handle(request, response).catch((error: unknown) => {
        log.error('A transfer failed unexpectedly.', { error })
        response.destroy()
      })
      return true
    },
  }
}

const GONE = 'There is no such file any more.'

/** The path and query of an absolute URL. */
function targetOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

function refuse(response: ServerResponse, status: number, error: string): void {
  const body = JSON.stringify({ error })
  // A body that nobody reads must not keep the connection.
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
  response.end(body)
}
