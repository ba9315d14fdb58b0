import { randomUUID } from 'node:crypto'
import { copyFile, link, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore as TusStore } from '@tus/file-store'
import { Upload } from '@tus/server'
import { makeFolder } from '../make-folder.ts'
import { type FileStore, incomingName, type StoredFile } from './files.ts'
import type { Grants } from './grants.ts'

export interface DiskFilesOptions {
  /** Created if it is missing. */
  readonly folder: string
  readonly grants: Grants
  /** What stands before a path in an address for clients: an origin, a path prefix, or nothing. */
  readonly base: string
}

/**
 * Files in a folder that the processes of chat and gateway share. An upload stands beside a small file with its size, as the
 * library of the tus protocol has them. When it has come it is copied: a request that another gateway still has under way
 * writes into the upload, never into the file.
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
  const removeUpload = async (key: string) => {
    const path = join(folder, incomingName(key))
    await rm(path, { force: true })
    await rm(`${path}.json`, { force: true })
  }
  const isKept = async ({ key, bytes }: StoredFile) => {
    const found = await stat(join(folder, key)).catch(unless('ENOENT'))
    return found?.size === bytes
  }
  /** Makes the file of an upload that has come, once: of several processes the first one's copy stays. */
  const finish = async (file: StoredFile): Promise<boolean> => {
    if (await isKept(file)) return true
    const { key, bytes } = file
    const sent = await find(incomingName(key))
    // Another process may have made the file meanwhile.
    if (sent?.offset !== bytes) return isKept(file)
    const copy = join(folder, `${key}.${randomUUID()}.copy`)
    try {
      await copyFile(join(folder, incomingName(key)), copy)
      await using opened = await open(copy, 'r+')
      await opened.sync()
      const isFirst = await link(copy, join(folder, key)).then(() => true, unless('EEXIST'))
      // The upload was removed meanwhile, which the file must not outlive. Who made a file before has not come here.
      if (isFirst && !(await find(incomingName(key)))) await rm(join(folder, key), { force: true })
    } catch (error) {
      return unless('ENOENT')(error) ?? isKept(file)
    } finally {
      await rm(copy, { force: true })
    }
    await using entries = await open(folder)
    await entries.sync()
    await removeUpload(key)
    return isKept(file)
  }
  /** Each would copy the file. */
  const finishing = new Map<string, Promise<boolean>>()

  return {
    kind: 'disk',
    async beginUpload({ key, bytes }, until) {
      const id = incomingName(key)
      if (!(await find(id))) await store.create(new Upload({ id, size: bytes, offset: 0 }))
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
    isComplete(file) {
      const known = finishing.get(file.key)
      if (known) return known
      const finished = finish(file).finally(() => finishing.delete(file.key))
      finishing.set(file.key, finished)
      return finished
    },
    async downloadUrl({ key, contentType, fileName }, until) {
      return base + grants.pathOf(key, { use: 'download', until: until.getTime(), contentType, fileName })
    },
    async remove(keys) {
      for (const key of keys) {
        await removeUpload(key)
        await rm(join(folder, key), { force: true })
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** For a rejection with this code: null. Throws any other. */
const unless = (code: string) => (error: unknown) => {
  if ((error as NodeJS.ErrnoException).code !== code) throw error
  return null
}
