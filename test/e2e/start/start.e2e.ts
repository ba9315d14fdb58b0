import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../../platform/free-port.ts'
import { beginProgram, makeFolder, runProgram, startProgram } from '../../support/program.ts'

/** The embedded topology, as a stranger starts it: real processes, real HTTP, real signals. */
jest.setTimeout(120_000)

const embedded = (folder: string) => ({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn' })

test('a first start serves the graph and the demo; a second one finds the data; SIGTERM and SIGINT drain and exit 0', async () => {
  await using folder = await makeFolder()
  let conversations: string
  {
    await using program = await startProgram(embedded(folder.path))
    const url = program.banner('GraphQL')
    expect(program.banner('WebSocket')).toBe(url.replace('http:', 'ws:'))
    expect(program.banner('Data')).toContain('embedded PostgreSQL')
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', url))).status).toBe(200)

    const demo = await runProgram('examples/demo.js', ['--url', url, '--data', folder.path])
    expect(demo).toMatchObject({ code: 0, stderr: '' })
    expect(demo.stdout).toContain('All of it worked.')
    conversations = demo.stdout

    // Codes and decisions lie where only their owner can read them.
    const development = join(folder.path, 'development')
    for (const name of await readdir(development)) {
      expect((await stat(join(development, name))).mode & 0o077).toBe(0)
    }
    expect((await stat(join(folder.path, 'gateway-secret'))).mode & 0o077).toBe(0)
    expect(await program.stop('SIGTERM')).toMatchObject({ code: 0 })
  }
  expect(conversations).toContain('from Ada')
  {
    await using program = await startProgram(embedded(folder.path))
    // Without --url it goes where the data folder says.
    const demo = await runProgram('examples/demo.js', ['--data', folder.path])
    expect(demo).toMatchObject({ code: 0, stderr: '' })
    expect(await program.stop('SIGINT')).toMatchObject({ code: 0 })
  }
})

test('the demo says in one line that no server runs, whether one never did, one has stopped or one was killed', async () => {
  await using folder = await makeFolder()
  const demo = async (...more: string[]) => {
    const { code, stderr } = await runProgram('examples/demo.js', ['--data', folder.path, ...more])
    expect({ code, lines: stderr.split('\n') }).toEqual({ code: 1, lines: [expect.any(String), ''] })
    return stderr
  }
  const file = join(folder.path, 'server.json')
  expect(await demo()).toContain(`No server is running: there is no ${file}. Start one with "npm start"`)
  {
    await using program = await startProgram(embedded(folder.path))
    const { url, wsUrl } = JSON.parse(await readFile(file, 'utf8')) as { url: string; wsUrl: string }
    expect([url, wsUrl]).toEqual([program.banner('GraphQL'), program.banner('WebSocket')])
    await program.stop('SIGTERM')
  }
  expect(await demo()).toContain(`No server is running: there is no ${file}.`)
  await writeFile(file, JSON.stringify({ url: 'http://127.0.0.1:1/graphql' }))
  expect(await demo()).toContain(`No server answers at http://127.0.0.1:1/graphql (from ${file}).`)
  expect(await demo('--url', 'http://127.0.0.1:1/graphql')).toContain(
    'No server answers at http://127.0.0.1:1/graphql.',
  )
})

test('/metrics says what each number means, and how far delivery is behind', async () => {
  await using folder = await makeFolder()
  const metricsPort = await freePort()
  await using _program = await startProgram({ ...embedded(folder.path), METRICS_PORT: String(metricsPort) })
  expect(await runProgram('examples/demo.js', ['--data', folder.path])).toMatchObject({ code: 0 })
  await eventually(async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    const described = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name)
    expect(described).toEqual(names)
    for (const name of ['delivery_backlog_events', 'delivery_unrelayed_events', 'delivery_lag_seconds']) {
      expect(text).toMatch(new RegExp(`^${name} 0$`, 'm'))
    }
    for (const name of ['delivery_parked_events', 'delivery_parked_pushes']) {
      expect(text).toMatch(new RegExp(`^${name} 0$`, 'm'))
    }
  }, 20_000)
})

test('a second start on the same data folder, and a taken port, are one clear line each', async () => {
  await using folder = await makeFolder()
  await using first = await startProgram(embedded(folder.path))
  const second = await runProgram('roles/main.js', [], embedded(folder.path))
  expect(second.code).toBe(1)
  expect(second.stderr.trim().split('\n')).toHaveLength(1)
  expect(second.stderr).toMatch(/in use|already/)

  await using other = await makeFolder()
  const port = new URL(first.banner('GraphQL')).port
  const third = await runProgram('roles/main.js', [], { ...embedded(other.path), PORT: port })
  expect(third).toMatchObject({
    code: 1,
    stderr: `Port ${port} on 127.0.0.1 is in use: stop the program that listens there, or set PORT to another.\n`,
  })
})

test('a bad variable, an unknown role, and a data folder that cannot be one, are one clear line each', async () => {
  await using folder = await makeFolder()
  const bad = await runProgram('roles/main.js', [], { ...embedded(folder.path), PORT: 'eighty' })
  expect(bad).toMatchObject({ code: 1, stdout: '', stderr: 'PORT is not a whole number\n' })

  const role = await runProgram('roles/main.js', ['--roles', 'gatway'], embedded(folder.path))
  expect(role.code).toBe(1)
  expect(role.stderr).toContain('ROLES knows no role gatway')

  // Root may write anywhere, so the folder is one that nobody can make.
  const file = join(folder.path, 'a-file')
  await writeFile(file, '')
  const unwritable = await runProgram('roles/main.js', [], embedded(join(file, 'data')))
  expect(unwritable.code).toBe(1)
  expect(unwritable.stderr).toMatch(/^The folder .* cannot be written .*: set DATA_DIR to a writable one\.\n$/)
})

test('a public address without a carrier for one-time passwords is refused', async () => {
  await using folder = await makeFolder()
  const open = await runProgram('roles/main.js', [], { ...embedded(folder.path), HOST: '0.0.0.0' })
  expect(open.code).toBe(1)
  expect(open.stderr).toContain('OTP_WEBHOOK_URL or OTP_SMTP_URL is needed with HOST 0.0.0.0')
})

test('a database that does not answer is waited for, with a line without its password, until SIGTERM', async () => {
  await using folder = await makeFolder()
  const port = await freePort()
  await using program = beginProgram({
    ...embedded(folder.path),
    PORT: String(await freePort()),
    POSTGRES_URL: `postgres://parley:hunter2@127.0.0.1:${port}/parley`,
  })
  await eventually(() => expect(program.stdout()).toContain('Waiting for PostgreSQL'))
  const { code, stdout, stderr } = await program.stop()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stdout).toContain('POSTGRES_URL')
  expect(stdout).not.toContain('hunter2')
})

test('a second process on one database, without what the two would hear each other by, is one clear line', async () => {
  await using folder = await makeFolder()
  await using other = await makeFolder()
  await using own = await createDatabase({ max: 1 })
  const env = { ...embedded(folder.path), POSTGRES_URL: own.url }
  {
    await using first = await startProgram(env)
    const second = await runProgram('roles/main.js', [], { ...env, DATA_DIR: other.path })
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toMatch(/^Another Parley runs on this database.*set REDIS_URL and RABBITMQ_URL for both\.\n$/)
    // A role apart has what it shares, but the whole one has not.
    const secret = 'a secret that is long enough for this 0123456789'
    const apart = { ...env, DATA_DIR: other.path, GATEWAY_SECRET: secret, GROUPS_PORT: '0', ROLES: 'groups' }
    expect(await runProgram('roles/main.js', [], apart)).toMatchObject({ code: 1, stderr: second.stderr })
    await first.stop('SIGKILL')
  }
  // Whoever died has left.
  await using again = await startProgram(env)
  expect(await again.stop()).toMatchObject({ code: 0 })
})

test('EVENT_RETENTION_DAYS is what the event log keeps', async () => {
  await using folder = await makeFolder()
  await using own = await createDatabase({ max: 1 })
  const env = { ...embedded(folder.path), POSTGRES_URL: own.url, EVENT_RETENTION_DAYS: '7' }
  await using _program = await startProgram(env)
  const { rows } = await own.database.query('select retention_days as days from events.settings')
  expect(rows).toEqual([{ days: 7 }])
})

test('npm run config prints every variable, and exits 1 when they do not hold', async () => {
  const good = await runProgram('commands/print-config.js', [], { PORT: '4100' })
  expect(good.code).toBe(0)
  expect(good.stdout).toContain('now:     4100')
  const bad = await runProgram('commands/print-config.js', [], { PORT: 'eighty' })
  expect(bad).toMatchObject({ code: 1 })
  expect(bad.stderr).toContain('PORT is not a whole number')
})
