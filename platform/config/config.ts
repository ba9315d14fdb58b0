import { StartupError } from '../startup-error.ts'
import { type RoleName, roleNames, secretNames, type Variables, variables } from './variables.ts'

export { type RoleName, roleNames }

/** The program's checked configuration. Only `readConfig` makes it. */
export type Config = Variables & {
  /** True if only this machine can reach the program. */
  readonly loopback: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/

/** The services through which roles meet. A process without some of the roles needs those that it shares with them. */
const shared: Record<RoleName, readonly (keyof Variables)[]> = {
  gateway: ['POSTGRES_URL', 'REDIS_URL', 'GATEWAY_SECRET', 'SESSION_KEYS'],
  users: ['POSTGRES_URL', 'REDIS_URL', 'GATEWAY_SECRET', 'SESSION_KEYS'],
  chat: ['POSTGRES_URL', 'REDIS_URL', 'GATEWAY_SECRET'],
  groups: ['POSTGRES_URL', 'GATEWAY_SECRET'],
  delivery: ['POSTGRES_URL', 'REDIS_URL', 'RABBITMQ_URL'],
  push: ['POSTGRES_URL', 'RABBITMQ_URL'],
}

function combinationFaults(config: Config): string[] {
  const faults: string[] = []
  const isPartial = config.ROLES.length < roleNames.length
  if (isPartial) {
    const missing = new Set(config.ROLES.flatMap((role) => shared[role].filter((name) => config[name] === undefined)))
    if (missing.size > 0) {
      const verb = missing.size === 1 ? 'is' : 'are'
      faults.push(
        `${[...missing].join(', ')} ${verb} needed, because other roles than ${config.ROLES.join(', ')} run in other processes`,
      )
    }
    if (config.ROLES.includes('gateway')) {
      for (const name of ['users', 'chat', 'groups'] as const) {
        const variable = `SUBGRAPH_${name.toUpperCase() as Uppercase<typeof name>}_URL` as const
        if (!config.ROLES.includes(name) && config[variable] === undefined) {
          faults.push(`${variable} is needed: the role ${name} does not run in this process`)
        }
      }
    }
  }
  if (config.SESSION_IDLE_DAYS > config.SESSION_MAX_DAYS) {
    faults.push('SESSION_IDLE_DAYS must not be more than SESSION_MAX_DAYS')
  }
  if ((config.OTP_SMTP_URL === undefined) !== (config.OTP_SMTP_FROM === undefined)) {
    faults.push('OTP_SMTP_URL and OTP_SMTP_FROM are needed together')
  }
  if (config.OTP_WEBHOOK_URL !== undefined && config.OTP_WEBHOOK_SECRET === undefined) {
    faults.push('OTP_WEBHOOK_SECRET is needed with OTP_WEBHOOK_URL')
  }
  // Only its own container's network reaches a subgraph, but codes on the console are only safe on one's own machine.
  if (config.ROLES.includes('users') && config.OTP_WEBHOOK_URL === undefined && config.OTP_SMTP_URL === undefined) {
    if (config.MODE === 'production')
      faults.push(
        'OTP_WEBHOOK_URL or OTP_SMTP_URL is needed in production: one-time passwords must not be printed on a console',
      )
    else if (!config.loopback) {
      faults.push(
        `OTP_WEBHOOK_URL or OTP_SMTP_URL is needed with HOST ${config.HOST}: one-time passwords are only printed on the console on loopback`,
      )
    }
  }
  faults.push(...pushFaults(config))
  if (
    config.S3_URL !== undefined &&
    (config.S3_ACCESS_KEY_ID === undefined || config.S3_SECRET_ACCESS_KEY === undefined)
  ) {
    faults.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed with S3_URL')
  }
  if (config.S3_URL !== undefined && config.FILES_DIR !== undefined) {
    faults.push('S3_URL and FILES_DIR must not both be set')
  }
  if (config.MODE === 'production' && config.GATEWAY_SECRET === undefined) {
    faults.push('GATEWAY_SECRET is needed in production')
  }
  // A process with some of the roles has been told above.
  if (config.MODE === 'production' && !isPartial && config.SESSION_KEYS === undefined) {
    faults.push('SESSION_KEYS is needed in production')
  }
  for (const name of secretNames) {
    const value = config[name as keyof Variables]
    if (typeof value === 'string' && new Set(value).size < 8)
      faults.push(`${name} is too easy to guess: make one with \`openssl rand -hex 32\``)
  }
  if (config.ADMIN_JWT_SECRET !== undefined && config.ADMIN_JWT_PUBLIC_KEY !== undefined) {
    faults.push('ADMIN_JWT_SECRET and ADMIN_JWT_PUBLIC_KEY must not both be set')
  }
  if (config.ADMIN_JWT_SECRET !== undefined && config.ADMIN_JWT_PRIVATE_KEY !== undefined) {
    faults.push('ADMIN_JWT_SECRET and ADMIN_JWT_PRIVATE_KEY must not both be set')
  }
  return faults
}

/** Variables of push services that only work together. */
function pushFaults(config: Config): string[] {
  const faults: string[] = []
  const together = (names: readonly (keyof Variables)[]) => {
    const missing = names.filter((name) => config[name] === undefined)
    if (missing.length > 0 && missing.length < names.length)
      faults.push(
        `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} needed with ${names.filter((name) => !missing.includes(name)).join(' and ')}`,
      )
  }
  // The role that only tells browsers the public key needs no more.
  if (config.ROLES.includes('push')) together(['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'])
  together(['APNS_KEY_FILE', 'APNS_KEY_ID', 'APNS_TEAM_ID', 'APNS_TOPIC'])
  together(['PUSH_WEBHOOK_URL', 'PUSH_WEBHOOK_SECRET'])
  return faults
}

/**
 * Reads the configuration from an environment. One error lists all faults, one per line. An empty variable counts as
 * unset. Unknown variables with our prefixes are faults too, because a misspelt limit must not be ignored.
 */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.keys(variables.shape).flatMap((name) => {
      const value = environment[name]?.trim()
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
  const misspelt = Object.keys(environment)
    .filter(
      (name) => /^(SUBGRAPH|RATE|OTP|ADMIN_JWT|SESSION|VAPID|FCM|APNS|PUSH)_/.test(name) && !(name in variables.shape),
    )
    .map((name) => `${name} is not a variable of this program: see \`npm run config\``)
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`)
    throw new StartupError([...faults, ...misspelt].join('\n'))
  }
  const config: Config = { ...parsed.data, loopback: LOOPBACK.test(parsed.data.HOST) }
  const faults = [...misspelt, ...combinationFaults(config)]
  if (faults.length > 0) throw new StartupError(faults.join('\n'))
  return config
}

function masked(name: string, value: string): string {
  if (secretNames.has(name)) return '(set, not shown)'
  return value.replace(/(\w+:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:***@')
}

/** Describes each variable: name, meaning, default and present value, with secrets masked. */
export function describeConfig(environment: Environment): string {
  return Object.entries(variables.shape)
    .map(([name, type]) => {
      const fallback = type.safeParse(undefined)
      const initial = fallback.success && fallback.data !== undefined ? String(fallback.data) : ''
      const present = environment[name]?.trim()
      const value = present ? masked(name, present) : initial === '' ? '(unset)' : `${initial} (default)`
      return `${name}\n    ${type.description ?? ''}\n    default: ${initial || '(none)'}\n    now:     ${value}`
    })
    .join('\n')
}
