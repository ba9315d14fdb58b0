import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readConfig, roleNames } from '../../platform/config/config.ts'
import { variables } from '../../platform/config/variables.ts'
import { assetPath } from '../../platform/assets.ts'

/**
 * No container engine runs in this test: it parses the file and holds it against the program, so that every service,
 * variable, port, command and health check that the file names exists.
 */
interface Service {
  image: string
  build?: string
  environment?: Record<string, string>
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

/** What an operator fills in, as docker compose would put it in place. */
const filledIn = (text: string): string =>
  text
    .replace(/\$\{OTP_WEBHOOK_URL[^}]*\}/, 'https://example.org/otp')
    .replace(/\$\{ADMIN_JWT_SECRET:-\}/, '')
    .replace(/\$\{\w+(:\?[^}]*)?\}/g, 'q8Jx2mZ0vT4kR7nB1cY6wL9dH3sF5gPa')

const environmentOf = (service: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, filledIn(String(value))]))

test('every role has a container of its own, and there are the four services', () => {
  expect(ours.map(([, service]) => service.environment?.['ROLES']).sort()).toEqual([...roleNames].sort())
  expect(theirs.map(([name]) => name).sort()).toEqual(['mongodb', 'postgres', 'rabbitmq', 'redis'])
})

test.each(ours)('%s: its variables exist, and its configuration is accepted', (_, service) => {
  for (const name of Object.keys(service.environment ?? {})) expect(Object.keys(variables.shape)).toContain(name)
  expect(() => readConfig(environmentOf(service))).not.toThrow()
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
    if (!/_URL$/.test(name) || name === 'OTP_WEBHOOK_URL') continue
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

test('whoever is waited for has a health check, and every volume is declared', () => {
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

test('the image runs as a user without rights, from files that exist', () => {
  expect(dockerfile).toMatch(/^USER node$/m)
  for (const [, folder] of dockerfile.matchAll(/--from=build \/app\/(\S+)/g)) {
    if (folder !== 'dist' && folder !== 'node_modules') expect(existsSync(assetPath(folder!))).toBe(true)
  }
})
