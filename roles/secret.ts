import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { StartupError } from '../platform/startup-error.ts'

const LEAST_LENGTH = 32

/** A secret kept in a file that only its owner can read; made at the first start. */
export function readOrMakeSecret(file: string): string {
  try {
    const made = randomBytes(48).toString('base64url')
    // `wx`: of two processes that start at once, one makes it and the other reads it.
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, `${made}\n`)
    fsyncSync(handle)
    closeSync(handle)
    return made
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST')
      throw new StartupError(`${file} cannot be written (${code}): set DATA_DIR to a folder that can.`)
  }
  const kept = readFileSync(file, 'utf8').trim()
  if (kept.length < LEAST_LENGTH) {
    throw new StartupError(`${file} holds no secret: remove it, and a new one is made at the next start.`)
  }
  return kept
}
