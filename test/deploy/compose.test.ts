import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readConfig, roleNames } from '../../platform/config/config.ts'
import { variables } from '../../platform/config/variables.ts'
import { assetPath } from '../../platform/assets.ts'
import { expand, readEnvFile } from './expand.ts'

/**
 * No container engine runs in this test: it parses the file and holds it against the program, so that every service,
 * variable, port, command and health check that the file names exists.
 */
interface Service {
  image: string
  build?: string
  env_file?: string
  environment?: Record<string, string>
  command?: string[]
  logging?: { driver: string; options: Record<string, string> }
  ports?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  volumes?: string[]
}

const compose = parse(readFileSync(assetPath('docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const dockerfile = readFileSync(assetPath('Dockerfile'), 'utf8')
const ours = Object.entries(compose.services).filter(([, service]) => service.build !== undefined)
const theirs = Object.entries(compose.services).filter(([, service]) => service.build === undefined)

const example = readFileSync(assetPath('.env.example'), 'utf8')

/** What the example says to make: each secret by the command that it names, and a carrier for one-time passwords. */
function fillIn(): Record<string, string> {
  const [, bytes] = /openssl rand -hex (\d+)/.exec(example)!
  const empty = Object.keys(readEnvFile(example)).map((name) => [name, randomBytes(Number(bytes)).toString('hex')])
  return { ...Object.fromEntries(empty), OTP_WEBHOOK_URL: 'https://example.org/otp' }
}

/** A service's environment as docker compose makes it: `.env`, and over it what stands in the file itself. */
function environmentOf(service: Service, env = fillIn()): Record<string, string> {
  const own = Object.entries(service.environment ?? {}).map(([name, value]) => [name, expand(String(value), env)])
  return { ...(service.env_file === '.env' && env), ...Object.fromEntries(own) }
}

test('every role has a container of its own, and there are the four services', () => {
  expect(ours.map(([, service]) => service.environment?.['ROLES']).sort()).toEqual([...roleNames].sort())
  expect(theirs.map(([name]) => name).sort()).toEqual(['mongodb', 'postgres', 'rabbitmq', 'redis'])
})

test.each(ours)(
  '%s: starts with what the example makes, and reaches each service by the secret made for it',
  (_, service) => {
    for (const name of Object.keys(service.environment ?? {})) expect(Object.keys(variables.shape)).toContain(name)
    const env = fillIn()
    const config = readConfig(environmentOf(service, env))
    expect(config.GATEWAY_SECRET).toBe(env['GATEWAY_SECRET'])
    for (const name of ['POSTGRES', 'MONGODB', 'REDIS', 'RABBITMQ'] as const) {
      expect(new URL(config[`${name}_URL`]!).password).toBe(env[`${name}_PASSWORD`])
    }
  },
)

test('nothing starts while a secret of the example is not filled in', () => {
  const needed = Object.keys(readEnvFile(example)).filter((name) => !/^(ADMIN_JWT_SECRET|OTP_WEBHOOK_\w+)$/.test(name))
  for (const name of needed) {
    expect(() => ours.map(([, service]) => environmentOf(service, { ...fillIn(), [name]: '' }))).toThrow(
      `${name}: see .env.example`,
    )
  }
})

describe('one-time passwords', () => {
  const users = compose.services['users']!
  const webhook = { OTP_WEBHOOK_URL: 'https://example.org/otp', OTP_WEBHOOK_SECRET: randomBytes(32).toString('hex') }
  const mail = { OTP_SMTP_URL: 'smtps://me:secret@mail.example.org:465', OTP_SMTP_FROM: 'Parley <chat@example.org>' }
  const none = { OTP_WEBHOOK_URL: '', OTP_WEBHOOK_SECRET: '' }
  const start = (given: Record<string, string>) => readConfig(environmentOf(users, { ...fillIn(), ...none, ...given }))

  test.each([
    ['a mail server alone', mail],
    ['a webhook alone', webhook],
    ['both', { ...mail, ...webhook }],
  ])('are sent by %s', (_, given) => {
    expect(start(given)).toMatchObject(given)
  })

  test('need one of the two, and a webhook its secret: the container says which variables are missing', () => {
    expect(() => start({})).toThrow('OTP_WEBHOOK_URL or OTP_SMTP_URL is needed in production')
    expect(() => start({ ...webhook, OTP_WEBHOOK_SECRET: '' })).toThrow('OTP_WEBHOOK_SECRET is needed')
    expect(() => start({ ...mail, OTP_SMTP_FROM: '' })).toThrow('OTP_SMTP_URL and OTP_SMTP_FROM are needed together')
  })

  test('are sent as the example says in its comments', () => {
    const commented = example.replaceAll(/^# (OTP_SMTP_\w+=)/gm, '$1')
    const { OTP_SMTP_URL = '', OTP_SMTP_FROM = '' } = readEnvFile(commented)
    expect(start({ OTP_SMTP_URL, OTP_SMTP_FROM }).OTP_SMTP_FROM).toBe('Parley <chat@example.org>')
  })
})

test('every documented variable can be set in .env: what the file sets itself is an address, a role or a secret', () => {
  const fixed = /^(ROLES|MODE|HOST|(\w+_)?PORT|DATA_DIR|SUBGRAPH_\w+_URL)$/
  for (const name of Object.keys(variables.shape)) {
    const takers = ours.filter(
      ([, service]) => environmentOf(service, { ...fillIn(), [name]: 'mine' })[name] === 'mine',
    )
    const passed = takers.length > 0 || ours.some(([, { environment }]) => environment?.[name] && fixed.test(name))
    expect({ name, passed }).toEqual({ name, passed: true })
  }
  const takes = (name: string) =>
    ours
      .filter(([, service]) => environmentOf(service, { ...fillIn(), [name]: 'mine' })[name] === 'mine')
      .map(([of]) => of)
  expect(takes('RATE_USER_BURST')).toEqual(ours.map(([name]) => name))
  // A secret of one role is kept from the others.
  expect(takes('ADMIN_JWT_SECRET')).toEqual(['gateway', 'users'])
  expect(takes('ADMIN_JWT_SECRET_PREVIOUS')).toEqual(['gateway'])
  expect(takes('ADMIN_JWT_PRIVATE_KEY')).toEqual(['users'])
  expect(takes('OTP_WEBHOOK_SECRET')).toEqual(['users'])
  expect(takes('SESSION_KEYS')).toEqual(['gateway', 'users'])
})

test('the four services ask for a password, keep their data in a volume, and have the exact version of an image', () => {
  const env = fillIn()
  for (const [name, service] of theirs) {
    expect(service.image).toMatch(/^\w+:\d+\.\d+(\.\d+)?$/)
    const given = [...Object.values(service.environment ?? {}), ...(service.command ?? [])].map((text) =>
      expand(text, env),
    )
    expect(given).toContain(env[`${name.toUpperCase()}_PASSWORD`])
    expect(service.volumes).toEqual([expect.stringMatching(new RegExp(`^${name}:/`))])
  }
  expect(compose.services['redis']!.command!.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction')
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm))
    expect(image).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/)
})

test('no log grows without end', () => {
  for (const [name, { logging }] of Object.entries(compose.services)) {
    expect({ name, logging }).toEqual({ name, logging: { driver: 'json-file', options: expect.anything() } })
    expect(Object.keys(logging!.options)).toEqual(['max-size', 'max-file'])
  }
})

test('secrets that were filled in are neither committed nor copied into an image', () => {
  const ignored = execFileSync('git', ['check-ignore', '--no-index', '.env', '.env.production', '.env.example'], {
    cwd: assetPath('.'),
    encoding: 'utf8',
  })
  expect(ignored.trim().split('\n')).toEqual(['.env', '.env.production'])
  const kept = readFileSync(assetPath('.dockerignore'), 'utf8').split('\n')
  expect(kept).toEqual(expect.arrayContaining(['**/.env', '**/.env.*']))
})

test.each(ours)('%s: its URLs name services of this file, on the ports that those listen on', (_, service) => {
  const ports: Record<string, string> = { postgres: '5432', mongodb: '27017', redis: '6379', rabbitmq: '5672' }
  for (const [, other] of ours) {
    const config = readConfig(environmentOf(other))
    for (const name of ['users', 'chat', 'groups'] as const) {
      if (config.ROLES.includes(name)) ports[name] = String(config[`${name.toUpperCase() as 'USERS'}_PORT`])
    }
  }
  for (const [name, value] of Object.entries(environmentOf(service))) {
    if (!/_URL$/.test(name) || name === 'OTP_WEBHOOK_URL' || name === 'OTP_SMTP_URL') continue
    const { hostname, port } = new URL(value)
    expect({ name, hostname, port: port || '6379' }).toEqual({ name, hostname, port: ports[hostname] })
  }
})

test.each(ours)('%s: its health check asks a port that it listens on, by a program in the image', (_, service) => {
  const [, command, script, url] = service.healthcheck!.test as [string, string, string, string]
  expect(command).toBe('node')
  expect(existsSync(assetPath(script.replace(/^dist\/(.*)\.js$/, '$1.ts')))).toBe(true)
  const config = readConfig(environmentOf(service))
  const [role] = config.ROLES
  const port = { gateway: config.PORT, users: config.USERS_PORT, chat: config.CHAT_PORT, groups: config.GROUPS_PORT }[
    role as 'gateway'
  ]
  expect(url).toBe(`http://127.0.0.1:${port ?? config.WORKER_PORT}/healthz`)
})

test('every service that others wait for has a health check, and every volume is declared', () => {
  for (const [, service] of Object.entries(compose.services)) {
    for (const name of Object.keys(service.depends_on ?? {})) {
      expect(compose.services[name]?.healthcheck).toBeDefined()
    }
    for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
  }
})

test('only the gateway is published', () => {
  expect(Object.entries(compose.services).flatMap(([name, { ports }]) => (ports ? [name] : []))).toEqual(['gateway'])
})

test('the image installs with the package.json of every workspace, which npm needs to find them', () => {
  const { workspaces } = JSON.parse(readFileSync(assetPath('package.json'), 'utf8')) as { workspaces: string[] }
  const before = dockerfile.slice(0, dockerfile.indexOf('RUN npm ci'))
  for (const folder of workspaces) expect(before).toContain(`COPY ${folder}/package.json ${folder}/\n`)
})

test('the image runs as a user without rights, from files that exist', () => {
  expect(dockerfile).toMatch(/^USER node$/m)
  for (const [, folder] of dockerfile.matchAll(/--from=build \/app\/(\S+)/g)) {
    if (folder !== 'dist' && folder !== 'node_modules') expect(existsSync(assetPath(folder!))).toBe(true)
  }
})
