import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore as TusStore } from '@tus/file-store'
import { Upload } from '@tus/server'
import { makeFolder } from '../make-folder.ts'
import type { FileStore } from './files.ts'
import type { Grants } from './grants.ts'

export interface DiskFilesOptions {
  /** Created if it is missing. */
  readonly folder: string
  readonly grants: Grants
  /** What stands before a path in an address for clients: an origin, a path prefix, or nothing. */
  readonly base: string
}

/**
 * Files in a folder: each under its key, beside a small file with its size, as the library of the tus protocol has them.
 * The processes of chat and gateway share the folder.
 */
export function openDiskFiles({ folder, grants, base }: DiskFilesOptions): FileStore {
  makeFolder(folder, 0o700)
  const store = new TusStore({ directory: folder })
  const find = async (key: string) => {
    try {
      return await store.getUpload(key)
    } catch (error) {
      if ([404, 410].includes((error as { status_code?: number }).status_code ?? 0)) return null
      throw error
    }
  }
  return {
    kind: 'disk',
    async beginUpload({ key, bytes }, until) {
      if (!(await find(key))) await store.create(new Upload({ id: key, size: bytes, offset: 0 }))
      return {
        method: 'PATCH',
        url: base + grants.pathOf(key, { use: 'upload', until: until.getTime() }),
        headers: {
          'content-type': 'application/offset+octet-stream',
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
        },
        resumable: true,
      }
    },
    async isComplete({ key, bytes }) {
      const upload = await find(key)
      if (upload?.offset !== bytes) return false
      await using file = await open(join(folder, key))
      await file.sync()
      return true
    },
    async downloadUrl({ key, contentType, fileName }, until) {
      return base + grants.pathOf(key, { use: 'download', until: until.getTime(), contentType, fileName })
    },
    async remove(keys) {
      for (const key of keys) {
        // The small file comes last: what is left after a crash can still be found.
        await rm(join(folder, key), { force: true })
        await rm(join(folder, `${key}.json`), { force: true })
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
