/** Installs the peers as their lockfile says, unless that was done already. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const lock = createHash('sha256')
  .update(readFileSync(join(folder, 'package-lock.json')))
  .digest('hex')
const mark = join(folder, 'node_modules', '.installed-lock')

if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  // One peer asks for a newer Node in a part that is not used here.
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status === 0) writeFileSync(mark, lock)
  else process.exitCode = 1
}
