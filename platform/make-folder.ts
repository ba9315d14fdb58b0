import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Creates a folder and its missing parents, each with this mode. Returns whether it created the folder. Node's
 * `recursive` option is not used: on a file system that refuses folders with ENOENT, such as /proc, it never ends.
 */
export function makeFolder(path: string, mode = 0o777): boolean {
  const folder = resolve(path)
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return false
  if (found) throw Object.assign(new Error(`${folder} is a file, not a folder.`), { code: 'ENOTDIR' })
  if (dirname(folder) !== folder) makeFolder(dirname(folder), mode)
  try {
    mkdirSync(folder, { mode })
    return true
  } catch (error) {
    // Another process created it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
