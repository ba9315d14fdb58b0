import { appendFileSync, chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * Lines that a file keeps, so that a development machine's disk cannot fill up. At twice as many the older half moves
 * to `<path>.old`, and replaces its content.
 */
const KEPT_LINES = 1_000

export interface LineFile {
  append(entry: object): void
}

/**
 * A file of JSON lines for development, which only its owner can read, because it contains codes and messages in the
 * clear. Writes are synchronous, so an entry is in the file before its effect is visible. `onMoved` is called when
 * lines leave the file.
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

/** Replaces the file atomically: a reader sees either the old or the new content. */
function replace(path: string, lines: readonly string[]): void {
  writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const readLines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean)
