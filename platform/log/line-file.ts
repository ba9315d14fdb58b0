import { appendFileSync, chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * Lines that a file keeps. Stops a development machine's disk from filling: at twice as many the older half moves to a file
 * beside it, `<path>.old`, in place of what was there.
 */
const KEPT_LINES = 1_000

export interface LineFile {
  append(entry: object): void
}

/**
 * A file of JSON lines that only its owner can read, for development: it holds codes and messages in the clear.
 * Synchronous, so that whoever was told that something happened finds it there. `onMoved` hears when lines leave the file.
 */
export function openLineFile(path: string, onMoved: (moved: { lines: number; to: string }) => void): LineFile {
  let count = 0
  if (existsSync(path)) {
    chmodSync(path, 0o600)
    count = readLines(path).length
  }
  return {
    append(entry) {
      if (count >= 2 * KEPT_LINES) {
        const lines = readLines(path)
        const [older, newest] = [lines.slice(0, -KEPT_LINES), lines.slice(-KEPT_LINES)]
        replace(`${path}.old`, older)
        replace(path, newest)
        count = newest.length
        onMoved({ lines: older.length, to: `${path}.old` })
      }
      appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
      count++
    },
  }
}

/** A reader sees the whole file that was or the whole new one. */
function replace(path: string, lines: readonly string[]): void {
  writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const readLines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean)
