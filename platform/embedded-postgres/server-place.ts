import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { StartupError } from '../startup-error.ts'
import { errorText } from '../sql/connection.ts'

/** PostgreSQL refuses to run as root. So under root it runs as one of these users, or as the first, newly created. */
const SERVER_USERS = ['parley', 'postgres']
/**
 * The place of its files if that user cannot enter the data folder (such as one under /root, which is closed to
 * others).
 */
const SHARED = '/var/lib/parley'
/**
 * POINTER is a file in the data folder that names the real place. OWNER is a file in that place that names the data
 * folder.
 */
const POINTER = 'postgres-is-at'
const OWNER = 'belongs-to'

export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

export interface ServerPlace {
  readonly folder: string
  /** The cluster itself. */
  readonly dataDir: string
  /**
   * Where the server's programs are copied to if they cannot run in place: beside the data, so that they move with it.
   */
  readonly programs: string
  /** Null if the server runs as this process's own user. */
  readonly user: ServerUser | null
}

/** Finds, or chooses and records, the place of the cluster of `path` and the user of its server. */
export function findPlace(path: string): ServerPlace {
  const folder = writableFolder(path)
  const own = join(folder, 'postgres')
  const uid = process.getuid?.()
  if (uid === undefined) throw new StartupError('The embedded PostgreSQL cannot run on this system: set POSTGRES_URL.')
  if (uid !== 0) {
    if (existsSync(own) && statSync(own).uid !== uid) {
      throw new StartupError(
        `The data in ${own} belongs to another user (uid ${statSync(own).uid}): start as that user.`,
      )
    }
    return { folder, dataDir: own, programs: folder, user: null }
  }
  if (existsSync(own)) {
    const { uid, gid } = statSync(own)
    if (!canEnter({ uid, gid }, folder)) {
      throw new StartupError(`The user who owns ${own} (uid ${uid}) cannot enter ${folder}: allow it (chmod o+x).`)
    }
    return { folder, dataDir: own, programs: folder, user: { uid, gid } }
  }
  const user = findUser() ?? makeUser()
  if (!existsSync(join(folder, POINTER)) && canEnter(user, folder)) {
    return { folder, dataDir: own, programs: folder, user }
  }
  const place = externalPlace(folder)
  return { folder, dataDir: join(place, 'postgres'), programs: place, user }
}

function writableFolder(path: string): string {
  try {
    const made = makeFolder(path)
    // Under root the server has another user, which could not enter its own folder in this one under a strict umask.
    if (made && process.getuid?.() === 0) chmodSync(path, 0o711)
    const probe = join(path, '.writable')
    writeFileSync(probe, '')
    rmSync(probe)
    return realpathSync(path)
  } catch (error) {
    throw new StartupError(`The data folder ${path} cannot be written: ${errorText(error)}. Choose another one.`)
  }
}

/** The external folder that the data folder points to; created if it does not point to one yet. */
function externalPlace(folder: string): string {
  const pointer = join(folder, POINTER)
  if (existsSync(pointer)) {
    const place = readFileSync(pointer, 'utf8').trim()
    claim(folder, place)
    return place
  }
  const place = join(SHARED, createHash('sha256').update(folder).digest('hex').slice(0, 16))
  claim(folder, place)
  writeFileSync(pointer, `${place}\n`)
  return place
}

/** A data folder that was moved keeps its place; one that was copied must not share the other's. */
function claim(folder: string, place: string): void {
  const ownerFile = join(place, OWNER)
  const owner = existsSync(ownerFile) ? readFileSync(ownerFile, 'utf8').trim() : folder
  const alive = owner !== folder && existsSync(join(owner, POINTER))
  if (alive && readFileSync(join(owner, POINTER), 'utf8').trim() === place) {
    throw new StartupError(
      `${folder} is a copy of ${owner}, whose data is in ${place}: remove ${join(folder, POINTER)}.`,
    )
  }
  try {
    makeFolder(place)
    // The server's user must be able to enter, under any umask.
    for (const path of [SHARED, place]) chmodSync(path, 0o755)
    writeFileSync(ownerFile, `${folder}\n`)
  } catch (error) {
    throw new StartupError(`${place}, with the data of ${folder}, cannot be written: ${errorText(error)}.`)
  }
}

export function findUser(): ServerUser | null {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of SERVER_USERS) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid && uid !== '0') return { uid: Number(uid), gid: Number(gid) }
  }
  return null
}

function makeUser(): ServerUser {
  const [name = ''] = SERVER_USERS
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
  const user = findUser()
  if (user) return user
  throw new StartupError(
    `PostgreSQL cannot run as root, and the user "${name}" could not be created for it:` +
      `create it (useradd --system ${name}), start Parley as another user than root, or set POSTGRES_URL.`,
  )
}

/** Tries it as that user, because mode bits do not decide everything. */
export function canEnter(user: ServerUser, folder: string): boolean {
  const { uid, gid } = user
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { uid, gid, cwd: '/', env: {} }).status === 0
}

/** Creates an empty folder that only the server's user may enter. */
export function makeServerFolder(path: string, user: ServerUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (user) chownSync(path, user.uid, user.gid)
}
