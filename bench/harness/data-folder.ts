import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for the data of servers. It is removed when it is disposed of, or when this process ends in another way. */
export function makeDataFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const remove = () => {
    // As root PostgreSQL runs as a user of its own, whose data lies where that one can reach it.
    const pointer = join(path, 'postgres', 'postgres-is-at')
    if (existsSync(pointer)) rmSync(readFileSync(pointer, 'utf8').trim(), { recursive: true, force: true })
    rmSync(path, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return {
    path,
    [Symbol.dispose]() {
      process.off('exit', remove)
      remove()
    },
  }
}
