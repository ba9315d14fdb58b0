import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UploadRequest } from '../../platform/files/files.ts'
import { makeFileServer, makeGrants, openDiskFiles } from '../../platform/files/index.ts'
import type { FileServerLimits } from '../../platform/files/serve.ts'
import { silentLog } from '../../platform/log/log.ts'

export const SECRET = 'a secret of the tests, thirty-two and more'

interface FilesWorldOptions {
  readonly limits?: Partial<FileServerLimits>
  /** Of another world, which removes it. Default: a new one. */
  readonly folder?: string
}

/** A folder, and a real server over it. */
export async function openFilesWorld({ limits = {}, folder: given }: FilesWorldOptions = {}) {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'parley-files-'))
  const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs }
  const grants = makeGrants([SECRET], clock)
  const serving = makeFileServer({
    folder,
    grants,
    log: silentLog,
    limits,
    originAllowed: (origin) => origin === 'https://app.example.org',
    addressOf: ({ headers }) => String(headers['x-from'] ?? 'one'),
  })
  const server: Server = createServer((request, response) => {
    if (!serving.answer(request, response)) response.writeHead(418).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    folder,
    clock,
    base,
    files: openDiskFiles({ folder, grants, base }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (given === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Sends a file's bytes, as a client does. */
export const sendFile = (
  { method, url, headers }: UploadRequest,
  body: string,
  more: Record<string, string> = {},
): Promise<Response> => fetch(url, { method, headers: { ...headers, ...more }, body })
