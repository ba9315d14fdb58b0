import { describeConfig, readConfig } from './config.ts'

const long = 'q8Jx2mZ0vT4kR7nB1cY6wL9dH3sF5gPa'
const keyText = '8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab918f14e45fceea167a'
const services = {
  POSTGRES_URL: 'postgres://u:hunter2@localhost/p',
  REDIS_URL: 'redis://localhost',
  RABBITMQ_URL: 'amqp://localhost',
  GATEWAY_SECRET: long,
  SESSION_KEYS: `1:${keyText}`,
}

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

test('an empty environment runs every role on loopback with embedded defaults', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    ROLES: ['gateway', 'users', 'chat', 'groups', 'delivery', 'push'],
    HOST: '127.0.0.1',
    PORT: 4000,
    loopback: true,
    MODE: 'development',
  })
  expect(config.POSTGRES_URL).toBeUndefined()
})

test('an empty or blank variable counts as unset', () => {
  expect(readConfig({ PORT: '', REDIS_URL: '  ' })).toMatchObject({ PORT: 4000 })
  expect(readConfig({ PORT: ' 5000 ' }).PORT).toBe(5000)
})

test('all faults come in one error, each with its variable', () => {
  expect(faultsOf({ PORT: 'eighty', POSTGRES_URL: 'mysql://x/y', LOG_LEVEL: 'loud', GATEWAY_SECRET: 'short' })).toEqual(
    [
      'PORT is not a whole number',
      'POSTGRES_URL is not a URL like postgres://user:password@host:5432/database',
      'GATEWAY_SECRET is shorter than 32 characters: make one with `openssl rand -hex 32`',
      'LOG_LEVEL is not one of debug, info, warn, error',
    ],
  )
  expect(faultsOf({ PORT: '70000' })).toEqual(['PORT is not between 0 and 65535'])
})

test('MONGODB_URL may name the members of a replica set', () => {
  const url = 'mongodb://u:hunter2@one:27017,two:27017/parley?replicaSet=rs'
  expect(readConfig({ MONGODB_URL: url }).MONGODB_URL).toBe(url)
  expect(describeConfig({ MONGODB_URL: url })).toContain('mongodb://u:***@one:27017,two:27017/parley?replicaSet=rs')
  for (const wrong of ['mongodb:one', 'http://one', 'mongodb://one two']) {
    expect(faultsOf({ MONGODB_URL: wrong })).toEqual(['MONGODB_URL is not a URL like mongodb://host:27017/database'])
  }
})

test('a URL that the special characters of its password break is refused with how to escape them', () => {
  const hint =
    'special characters in its user or password must be percent-escaped: / as %2F, @ as %40, # as %23, ? as %3F, % as %25'
  const examples = {
    POSTGRES_URL: (password: string) => `postgres://parley:${password}@postgres:5432/parley`,
    RABBITMQ_URL: (password: string) => `amqp://parley:${password}@rabbitmq:5672`,
    MONGODB_URL: (password: string) => `mongodb://parley:${password}@mongodb:27017/parley?authSource=admin`,
    REDIS_URL: (password: string) => `redis://:${password}@redis:6379`,
  }
  for (const [name, url] of Object.entries(examples)) {
    for (const broken of ['ab/cd+ef=', '12/34', 'ab#cd', 'ab?cd', 'ab@cd', 'ab%zz', 'ab%']) {
      const [fault, ...more] = faultsOf({ [name]: url(broken) })
      expect(more).toEqual([])
      expect(fault).toMatch(new RegExp(`^${name} is not a URL like `))
      expect(fault).toContain(hint)
      expect(fault).not.toContain(broken)
      const escaped = url(encodeURIComponent(broken))
      expect(faultsOf({ [name]: escaped })).toEqual([])
    }
    expect(faultsOf({ [name]: url('0123456789abcdef') })).toEqual([])
  }
})

test('an unknown role is refused with the known ones', () => {
  expect(faultsOf({ ROLES: 'gateway,gatway' })).toEqual([
    'ROLES knows no role gatway; there are gateway, users, chat, groups, delivery, push',
  ])
})

test('a role apart from the others needs the services that it shares with them', () => {
  expect(faultsOf({ ROLES: 'delivery' })).toEqual([
    'POSTGRES_URL, REDIS_URL, RABBITMQ_URL are needed, because other roles than delivery run in other processes',
  ])
  expect(faultsOf({ ROLES: 'delivery', ...services })).toEqual([])
  expect(faultsOf({ ROLES: 'gateway,users,chat', ...services })).toEqual([
    'SUBGRAPH_GROUPS_URL is needed: the role groups does not run in this process',
  ])
})

test('one-time passwords on the console are for loopback and development alone', () => {
  expect(faultsOf({ HOST: '0.0.0.0' })).toEqual([
    'OTP_WEBHOOK_URL or OTP_SMTP_URL is needed with HOST 0.0.0.0: one-time passwords are only printed on the console on loopback',
  ])
  const webhook = { OTP_WEBHOOK_URL: 'https://example.org/otp', OTP_WEBHOOK_SECRET: long }
  expect(faultsOf({ HOST: '0.0.0.0', ...webhook })).toEqual([])
  const mail = { OTP_SMTP_URL: 'smtp://u:hunter2@mail.example.org', OTP_SMTP_FROM: 'chat@example.org' }
  expect(faultsOf({ HOST: '0.0.0.0', ...mail })).toEqual([])
  expect(faultsOf({ OTP_SMTP_URL: mail.OTP_SMTP_URL })).toEqual(['OTP_SMTP_URL and OTP_SMTP_FROM are needed together'])
  expect(describeConfig(mail)).not.toContain('hunter2')
  expect(faultsOf({ MODE: 'production', GATEWAY_SECRET: long, SESSION_KEYS: keyText })).toEqual([
    'OTP_WEBHOOK_URL or OTP_SMTP_URL is needed in production: one-time passwords must not be printed on a console',
  ])
  expect(faultsOf({ MODE: 'production', ...webhook })).toEqual([
    'GATEWAY_SECRET is needed in production',
    'SESSION_KEYS is needed in production',
  ])
})

test('a secret that is long but trivial is refused', () => {
  expect(faultsOf({ GATEWAY_SECRET: 'a'.repeat(64) })).toEqual([
    'GATEWAY_SECRET is too easy to guess: make one with `openssl rand -hex 32`',
  ])
})

test('a misspelt variable of ours is a fault, another program’s is not', () => {
  expect(faultsOf({ RATE_USER_BRUST: '9', HOME: '/home/x' })).toEqual([
    'RATE_USER_BRUST is not a variable of this program: see `npm run config`',
  ])
})

test('the description names every variable, its default and its value, and shows no secret', () => {
  const text = describeConfig({ ...services, PORT: '4100' })
  expect(text).toContain('PORT\n    the port of the gateway; 0 takes a free one\n    default: 4000\n    now:     4100')
  expect(text).toContain('GATEWAY_SECRET')
  expect(text).not.toContain(long)
  expect(text).not.toContain(keyText)
  expect(text).not.toContain('hunter2')
  expect(text).toContain('postgres://u:***@localhost/p')
})

test('the variables of a push service come together, and half of them are refused by name', () => {
  expect(faultsOf({ VAPID_PUBLIC_KEY: 'B'.repeat(87) })).toEqual([
    'VAPID_PRIVATE_KEY and VAPID_SUBJECT are needed with VAPID_PUBLIC_KEY',
  ])
  expect(faultsOf({ APNS_KEY_FILE: 'key.p8', APNS_KEY_ID: 'KEY', APNS_TEAM_ID: 'TEAM' })).toEqual([
    'APNS_TOPIC is needed with APNS_KEY_FILE and APNS_KEY_ID and APNS_TEAM_ID',
  ])
  expect(faultsOf({ PUSH_WEBHOOK_URL: 'https://example.org/push' })).toEqual([
    'PUSH_WEBHOOK_SECRET is needed with PUSH_WEBHOOK_URL',
  ])
  expect(faultsOf({ VAPID_SUBJECT: 'chat@example.org' })).toEqual([
    'VAPID_SUBJECT is not like mailto:chat@example.org or https://example.org',
  ])
  expect(faultsOf({ PUSH_WEBHOOK: 'https://example.org' })).toEqual([
    'PUSH_WEBHOOK is not a variable of this program: see `npm run config`',
  ])
  // The role that only tells browsers the key has no use for its private half.
  const apart = { ...services, ROLES: 'users', OTP_WEBHOOK_URL: 'https://example.org/otp', OTP_WEBHOOK_SECRET: long }
  expect(faultsOf({ ...apart, VAPID_PUBLIC_KEY: 'B'.repeat(87) })).toEqual([])
})
