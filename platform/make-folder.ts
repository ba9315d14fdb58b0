import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing; the mode is for each that is made. Returns whether one was. Not by
 * Node's `recursive`: on a file system that refuses folders with ENOENT, such as /proc, that tries for ever.
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
    // Another process made it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
