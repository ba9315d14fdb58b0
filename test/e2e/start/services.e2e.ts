import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../../platform/free-port.ts'
import { beginProgram, makeFolder, runProgram, startProgram } from '../../support/program.ts'
import { describeWith, requireUrl, type Service, SERVICES, urlOf } from '../../support/services.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

/** What a start makes of services that are away, and of a configuration that cannot be: real processes. */
jest.setTimeout(120_000)

const missing = SERVICES.find((service) => urlOf(service) === null)

const readiness = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return { code: response.status, ...((await response.json()) as object) }
}

/** A role apart from the others, and its port. */
async function apart(role: string) {
  const own = await createDatabase({ max: 1 })
  const folder = await makeFolder()
  const port = await freePort()
  const env = {
    DATA_DIR: folder.path,
    GATEWAY_SECRET: randomUUID() + randomUUID(),
    SESSION_KEYS: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'info',
    MONGODB_URL: requireUrl('mongo'),
    OTP_WEBHOOK_URL: '',
    PORT: String(port),
    POSTGRES_URL: own.url,
    RABBITMQ_PREFIX: `t${randomUUID()}.`,
    RABBITMQ_URL: requireUrl('rabbitmq'),
    REDIS_PREFIX: `t${randomUUID()}:`,
    REDIS_URL: requireUrl('redis'),
    ROLES: role,
    SUBGRAPH_CHAT_URL: 'http://127.0.0.1:9/graphql',
    SUBGRAPH_GROUPS_URL: 'http://127.0.0.1:9/graphql',
    SUBGRAPH_USERS_URL: 'http://127.0.0.1:9/graphql',
    WORKER_PORT: String(port),
  }
  return {
    env,
    port,
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describeWith(missing ?? 'postgres', 'A role', () => {
  test.each([
    ['gateway', ['RABBITMQ_URL', 'MONGODB_URL']],
    ['push', ['REDIS_URL', 'MONGODB_URL']],
  ])('%s starts while services are away that it does not use: %s', async (role, unused) => {
    await using world = await apart(role)
    const nowhere = await freePort()
    const away = unused.map((name) => [name, world.env[name as 'REDIS_URL'].replace(/:\d+$/, `:${nowhere}`)])
    await using program = await startProgram({ ...world.env, ...Object.fromEntries(away) })
    expect(await readiness(world.port)).toMatchObject({ code: 200 })
    expect(await program.stop()).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['delivery', 'PostgreSQL', 'postgres', 'POSTGRES_URL'],
    ['delivery', 'MongoDB', 'mongo', 'MONGODB_URL'],
    ['delivery', 'RabbitMQ', 'rabbitmq', 'RABBITMQ_URL'],
    ['gateway', 'Redis', 'redis', 'REDIS_URL'],
  ])(
    '%s waits for %s: a line names it, readiness says so, and it starts when it is there',
    async (role, name, _, variable) => {
      await using world = await apart(role)
      await using proxy = await startTcpProxy(world.env[variable as 'REDIS_URL'])
      proxy.cut()
      const url = new URL(proxy.url)
      if (name === 'MongoDB') url.searchParams.set('directConnection', 'true')
      await using program = beginProgram({ ...world.env, [variable]: url.href })
      await eventually(
        async () => expect(await readiness(world.port)).toEqual({ code: 503, status: 'waiting', away: [name] }),
        40_000,
      )
      expect(program.stdout()).toContain(`Waiting for ${name}`)
      expect(program.stdout()).toContain(variable)
      expect((await fetch(`http://127.0.0.1:${world.port}/healthz`)).status).toBe(200)
      proxy.restore()
      await program.ready
      await eventually(async () => expect(await readiness(world.port)).toMatchObject({ code: 200 }))
      expect(await program.stop()).toMatchObject({ code: 0, stderr: '' })
    },
  )

  const behind = ['backlog_events', 'lag_seconds', 'parked_events', 'parked_pushes', 'unrelayed_events']
  test.each([
    ['chat', behind],
    ['delivery', behind],
    ['push', ['parked_pushes']],
    ['gateway', []],
  ])(
    '%s, apart from all others, shows on METRICS_PORT what it knows of how far delivery is behind',
    async (role, all) => {
      await using world = await apart(role)
      const metricsPort = await freePort()
      const env = { ...world.env, CHAT_PORT: String(world.port), METRICS_PORT: String(metricsPort) }
      await using program = await startProgram(env)
      await eventually(async () => {
        const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
        const levels = [...text.matchAll(/^# TYPE delivery_(\S+) gauge$/gm)].map(([, name]) => name!)
        expect(levels.sort()).toEqual(all)
        for (const name of all) {
          expect(text).toMatch(new RegExp(`^# HELP delivery_${name} \\S`, 'm'))
          expect(text).toMatch(new RegExp(`^delivery_${name} 0$`, 'm'))
        }
      })
      expect(await program.stop()).toMatchObject({ code: 0, stderr: '' })
    },
  )
})

describe('What cannot be is one line with the name of its variable, and an exit code', () => {
  const cases: readonly (readonly [variable: string, value: string])[] = [
    ['ALLOWED_ORIGINS', 'chat.example.org'],
    ['TRUSTED_PROXIES', '10.0.0.0/99'],
    [
      'ADMIN_JWT_PUBLIC_KEY',
      generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    ['ADMIN_JWT_PUBLIC_KEY', 'no key'],
    ['POSTGRES_URL', 'nowhere'],
    ['REDIS_URL', 'localhost:6379'],
    ['RABBITMQ_URL', 'http://127.0.0.1'],
    ['MONGODB_URL', '127.0.0.1'],
  ]
  test.each(cases)('%s', async (variable, value) => {
    await using folder = await makeFolder()
    const ended = await runProgram('roles/main.js', [], { DATA_DIR: folder.path, PORT: '0', [variable]: value })
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(new RegExp(`^${variable}\\b.*\\n$`))
  })

  const credentials: readonly (readonly [Service, string, (url: URL) => void])[] = [
    ['postgres', 'POSTGRES_URL', (url) => (url.password = 'wr0ng')],
    ['postgres', 'POSTGRES_URL', (url) => (url.pathname = '/nowhere')],
    ['rabbitmq', 'RABBITMQ_URL', (url) => (url.password = 'wr0ng')],
    ['rabbitmq', 'RABBITMQ_URL', (url) => (url.pathname = '/nowhere')],
  ]
  for (const [service, variable, spoil] of credentials) {
    describeWith(service, `wrong credentials of ${service}`, () => {
      test(`are refused: ${spoil.toString()}`, async () => {
        await using folder = await makeFolder()
        const url = new URL(requireUrl(service))
        spoil(url)
        const env = { DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'error', [variable]: url.href }
        const ended = await runProgram('roles/main.js', [], env)
        expect(ended).toMatchObject({ code: 1, stdout: '' })
        expect(ended.stderr).toMatch(new RegExp(`^${variable}: .*\\n$`))
        expect(ended.stderr).not.toContain('wr0ng')
      })
    })
  }
})
