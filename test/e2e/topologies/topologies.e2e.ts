import { randomBytes, randomUUID } from 'node:crypto'
import { createDatabase } from '../../support/database.ts'
import { freePort } from '../../../platform/free-port.ts'
import { makeFolder, type Program, runProgram, startProgram } from '../../support/program.ts'
import { describeWith, type Service, SERVICES, urlOf } from '../../support/services.ts'

/**
 * The same demo through every topology: with each real service alone, with all of them in one process, and with a process
 * per role. Each run has a database, a prefix and a data folder of its own.
 */
jest.setTimeout(180_000)

/** The variables that put these services behind the ports, for this test alone. */
async function serviceVariables(services: readonly Service[]) {
  const unique = `t${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const closers: AsyncDisposable[] = []
  const env: Record<string, string> = {}
  for (const service of services) {
    const url = urlOf(service)!
    if (service === 'postgres') {
      const database = await createDatabase({ empty: true, max: 1 })
      closers.push(database)
      env['POSTGRES_URL'] = database.url
    } else if (service === 'mongo') {
      const own = new URL(url)
      own.pathname = `/${unique}`
      env['MONGODB_URL'] = own.href
    } else if (service === 'redis') {
      env['REDIS_URL'] = url
      env['REDIS_PREFIX'] = `${unique}:`
    } else {
      env['RABBITMQ_URL'] = url
      env['RABBITMQ_PREFIX'] = `${unique}.`
    }
  }
  return {
    env,
    async [Symbol.asyncDispose]() {
      for (const closer of closers) await closer[Symbol.asyncDispose]()
    },
  }
}

async function demoPasses(url: string, folder: string): Promise<void> {
  const demo = await runProgram('examples/demo.js', ['--url', url, '--data', folder])
  expect(demo).toMatchObject({ code: 0, stderr: '' })
  expect(demo.stdout).toContain('All of it worked.')
}

describe.each(SERVICES)('with %s alone', (service) => {
  describeWith(service, `the demo over ${service}`, () => {
    test('passes, and the banner says what is used', async () => {
      await using folder = await makeFolder()
      await using services = await serviceVariables([service])
      await using program = await startProgram({
        ...services.env,
        DATA_DIR: folder.path,
        PORT: '0',
        LOG_LEVEL: 'warn',
      })
      expect(program.stdout()).toContain(Object.keys(services.env).find((name) => name.endsWith('_URL')))
      await demoPasses(program.banner('GraphQL'), folder.path)
      expect(await program.stop()).toMatchObject({ code: 0 })
    })
  })
})

const missing = SERVICES.find((service) => urlOf(service) === null)

describeWith(missing ?? 'postgres', 'with all four services', () => {
  test('one process passes the demo', async () => {
    await using folder = await makeFolder()
    await using services = await serviceVariables(SERVICES)
    await using program = await startProgram({ ...services.env, DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' })
    await demoPasses(program.banner('GraphQL'), folder.path)
    expect(await program.stop()).toMatchObject({ code: 0 })
  })

  test('a process per role passes the demo, each with its health, and all of them drain', async () => {
    await using folder = await makeFolder()
    await using services = await serviceVariables(SERVICES)
    const ports = { USERS_PORT: 0, CHAT_PORT: 0, GROUPS_PORT: 0, PORT: 0, WORKER_PORT: 0 }
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
    const common = {
      ...services.env,
      DATA_DIR: folder.path,
      LOG_LEVEL: 'warn',
      GATEWAY_SECRET: randomUUID() + randomUUID(),
      SESSION_KEYS: randomBytes(32).toString('hex'),
      SUBGRAPH_USERS_URL: `http://127.0.0.1:${ports.USERS_PORT}/graphql`,
      SUBGRAPH_CHAT_URL: `http://127.0.0.1:${ports.CHAT_PORT}/graphql`,
      SUBGRAPH_GROUPS_URL: `http://127.0.0.1:${ports.GROUPS_PORT}/graphql`,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    }
    const programs: Program[] = []
    try {
      const pushPort = await freePort()
      for (const [role, port] of [
        ['users', ports.USERS_PORT],
        ['groups', ports.GROUPS_PORT],
        ['chat', ports.CHAT_PORT],
        ['delivery', ports.WORKER_PORT],
        ['push', pushPort],
        ['gateway', ports.PORT],
      ] as const) {
        const own = role === 'push' ? { WORKER_PORT: String(pushPort) } : {}
        programs.push(await startProgram({ ...common, ...own, ROLES: role }))
        for (const path of ['healthz', 'readyz']) {
          expect((await fetch(`http://127.0.0.1:${port}/${path}`)).status).toBe(200)
        }
      }
      // Nobody comes in but by the gateway.
      const direct = await fetch(common.SUBGRAPH_USERS_URL, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-gateway-user-id': randomUUID() },
        body: JSON.stringify({ query: '{ me { id } }' }),
      })
      expect(direct.status).toBe(401)
      await demoPasses(`http://127.0.0.1:${ports.PORT}/graphql`, folder.path)
      for (const program of programs.toReversed()) expect(await program.stop()).toMatchObject({ code: 0 })
    } finally {
      await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()))
    }
  })
})
