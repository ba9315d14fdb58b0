import { appendFileSync, chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Lines that a file keeps. Stops a development machine's disk from filling; at twice as many the older half goes. */
const KEPT_LINES = 1_000

export interface LineFile {
  append(entry: object): void
}

/**
 * A file of JSON lines that only its owner can read, for development: it holds codes and messages in the clear.
 * Synchronous, so that whoever was told that something happened finds it there.
 */
export function openLineFile(path: string): LineFile {
  let count = 0
  if (existsSync(path)) {
    chmodSync(path, 0o600)
    count = readLines(path).length
  }
  return {
    append(entry) {
      if (count >= 2 * KEPT_LINES) {
        const newest = readLines(path).slice(-KEPT_LINES)
        writeFileSync(`${path}.new`, newest.map((line) => `${line}\n`).join(''), { mode: 0o600 })
        renameSync(`${path}.new`, path) // a reader sees the whole old file or the whole new one
        count = newest.length
      }
      appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
      count++
    },
  }
}

const readLines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean)
