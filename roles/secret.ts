import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { StartupError } from '../platform/startup-error.ts'

const MIN_LENGTH = 32

/** A secret in a file that only its owner can read; generated at the first start. */
export function readOrMakeSecret(file: string, make = () => randomBytes(48).toString('base64url')): string {
  try {
    const made = make()
    // With `wx`, of two processes that start at once one creates the file and the other reads it.
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, `${made}\n`)
    fsyncSync(handle)
    closeSync(handle)
    return made
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST')
      throw new StartupError(`${file} cannot be written (${code}): set DATA_DIR to a writable folder.`)
  }
  const kept = readFileSync(file, 'utf8').trim()
  if (kept.length < MIN_LENGTH) {
    throw new StartupError(`${file} contains no secret: remove it, and the next start generates a new one.`)
  }
  return kept
}
