import { z } from 'zod'
import { pushVariables } from './push-variables.ts'
import { url, serviceUrl, whole, rate, list, secret } from './shapes.ts'

/** Variables whose value must never be printed. URLs are printed without their password. */
export const secretNames: ReadonlySet<string> = new Set([
  'GATEWAY_SECRET',
  'GATEWAY_SECRET_PREVIOUS',
  'SESSION_KEYS',
  'ADMIN_JWT_SECRET',
  'ADMIN_JWT_SECRET_PREVIOUS',
  'ADMIN_JWT_PRIVATE_KEY',
  'OTP_WEBHOOK_SECRET',
  'S3_SECRET_ACCESS_KEY',
  'PUSH_WEBHOOK_SECRET',
  'VAPID_PRIVATE_KEY',
])

export const roleNames = ['gateway', 'users', 'chat', 'groups', 'delivery', 'push'] as const
export type RoleName = (typeof roleNames)[number]

const isRole = (name: string): name is RoleName => (roleNames as readonly string[]).includes(name)
const roles = list.transform((names, context) => {
  const unknown = names.filter((name) => !isRole(name))
  if (unknown.length > 0 || names.length === 0) {
    const wrong = unknown.length > 0 ? `knows no role ${unknown.join(', ')}` : 'names no role'
    context.addIssue({ code: 'custom', message: `${wrong}; there are ${roleNames.join(', ')}` })
    return z.NEVER
  }
  return [...new Set(names.filter(isRole))]
})

const pathPrefix = z.string().regex(/^(\/[A-Za-z0-9._~-]+)*$/, 'is not a path like /api, without a slash at its end')

/** Every variable: its type, its default and its meaning. `npm run config` prints this. */
export const variables = z.object({
  ROLES: roles.default([...roleNames]).describe('which roles this process runs, with commas between'),
  MODE: z
    .enum(['development', 'production'], 'is neither development nor production')
    .default('development')
    .describe('development writes OTP codes and push decisions to files for the demo; production does not'),
  HOST: z.string().default('127.0.0.1').describe('the address to listen on; 0.0.0.0 for all'),
  PORT: whole(0, 65_535).default(4000).describe('the port of the gateway; 0 takes a free one'),
  USERS_PORT: whole(0, 65_535)
    .default(4101)
    .describe('the port of the users subgraph, if the gateway runs in another process'),
  CHAT_PORT: whole(0, 65_535)
    .default(4102)
    .describe('the port of the chat subgraph, if the gateway runs in another process'),
  GROUPS_PORT: whole(0, 65_535)
    .default(4103)
    .describe('the port of the groups subgraph, if the gateway runs in another process'),
  WORKER_PORT: whole(0, 65_535)
    .default(4104)
    .describe('the port of /healthz and /readyz in a process with only delivery or push'),
  METRICS_PORT: whole(1, 65_535)
    .optional()
    .describe("the port of /metrics, in Prometheus's text format; unset: no metrics"),
  DATA_DIR: z
    .string()
    .default('data')
    .describe('the folder for all embedded data; relative to where the program starts'),
  POSTGRES_URL: serviceUrl(/^postgres(ql)?:/, 'postgres://user:password@host:5432/database').describe(
    'users, groups, conversations and the event log: a database that exists; unset: an embedded PostgreSQL in DATA_DIR',
  ),
  POSTGRES_POOL: whole(2, 500).default(20).describe('the maximum number of connections to PostgreSQL'),
  POSTGRES_PREPARED: z
    .enum(['on', 'off'], 'is neither on nor off')
    .default('on')
    .describe(
      'whether statements are prepared once per connection; off behind a pooler that assigns connections per transaction',
    ),
  MONGODB_URL: serviceUrl(/^mongodb(\+srv)?:\/\/[^\s/]+(\/\S*)?$/, 'mongodb://host:27017/database').describe(
    'the bodies of messages; unset: in PostgreSQL',
  ),
  REDIS_URL: serviceUrl(/^rediss?:/, 'redis://host:6379').describe(
    'bus, presence, session cache, nonces and rate limits; unset: in memory',
  ),
  REDIS_PREFIX: z.string().max(100).default('parley:').describe('the prefix of every key and channel in Redis'),
  RABBITMQ_URL: serviceUrl(/^amqps?:/, 'amqp://user:password@host:5672').describe(
    'the delivery queues; unset: in memory',
  ),
  RABBITMQ_PREFIX: z.string().max(100).default('parley.').describe('the prefix of every queue name in RabbitMQ'),
  SUBGRAPH_USERS_URL: url(/^https?$/, 'http://users:4101/graphql').describe(
    'the users subgraph; unset: the one in this process',
  ),
  SUBGRAPH_CHAT_URL: url(/^https?$/, 'http://chat:4102/graphql').describe(
    'the chat subgraph; unset: the one in this process',
  ),
  SUBGRAPH_GROUPS_URL: url(/^https?$/, 'http://groups:4103/graphql').describe(
    'the groups subgraph; unset: the one in this process',
  ),
  SUBGRAPH_USERS_WS_URL: url(/^wss?$/, 'ws://users:4101/graphql').describe('its socket; unset: the same with ws:'),
  SUBGRAPH_CHAT_WS_URL: url(/^wss?$/, 'ws://chat:4102/graphql').describe('its socket; unset: the same with ws:'),
  SUBGRAPH_GROUPS_WS_URL: url(/^wss?$/, 'ws://groups:4103/graphql').describe('its socket; unset: the same with ws:'),
  GATEWAY_SECRET: secret.describe(
    'the secret with which the gateway signs its requests to subgraphs, the same in every process; unset: generated in DATA_DIR',
  ),
  GATEWAY_SECRET_PREVIOUS: secret.describe(
    'the previous secret: subgraphs still accept it until every process has the new one',
  ),
  SESSION_KEYS: secret.describe(
    'the keys that encrypt the keys of sessions, the same for gateway and users: entries id:key with commas between, each key 32 bytes as base64 or hexadecimal; the first encrypts, all decrypt; unset: generated in DATA_DIR',
  ),
  ADMIN_JWT_SECRET: secret.describe(
    'the HS256 secret of admin tokens, the same for gateway and users; unset, and without another key: generated in DATA_DIR if one process runs both alone, else admins cannot sign in',
  ),
  ADMIN_JWT_SECRET_PREVIOUS: secret.describe('the previous secret: its tokens are still accepted'),
  ADMIN_JWT_PRIVATE_KEY: z
    .string()
    .optional()
    .describe(
      'the private key (PEM, PKCS#8; RSA or Ed25519) with which the users role signs admin tokens, in place of the secret; its public key is at /.well-known/jwks.json',
    ),
  ADMIN_JWT_JWKS: z
    .string()
    .optional()
    .describe(
      'the URL or the file of a JSON Web Key Set whose keys the gateway accepts for admin tokens, by their `kid`',
    ),
  ADMIN_JWT_PUBLIC_KEY: z
    .string()
    .optional()
    .describe('the public key (PEM, SPKI) of admin tokens, in place of a secret'),
  ADMIN_JWT_ISSUER: z.string().optional().describe('the `iss` that admin tokens must have'),
  ADMIN_JWT_AUDIENCE: z.string().optional().describe('the `aud` that admin tokens must have'),
  ADMIN_JWT_MAX_HOURS: whole(1, 8_760)
    .default(24)
    .describe('the maximum lifetime of an admin token, from its `iat` to its `exp`: a longer one is refused'),
  ADMIN_SIGN_INS_PER_HOUR: whole(1, 1_000_000)
    .default(60)
    .describe('tries of admin passwords that one client address may make per hour, a third of them at once'),
  TRUSTED_PROXIES: list
    .default([])
    .describe('addresses and CIDR ranges whose X-Forwarded-For is trusted, with commas between'),
  PATH_PREFIX: pathPrefix
    .default('')
    .describe('the path prefix that a proxy removes: clients sign the full path, so it is put back'),
  ALLOWED_ORIGINS: list
    .default([])
    .describe(
      'origins of web apps that may call, with commas between, including one under the domain of this server; pages under its IP address always may, and in development pages of this machine',
    ),
  INTROSPECTION: z
    .enum(['on', 'admins', 'off'], 'is not one of on, admins, off')
    .optional()
    .describe('who may introspect: on (everybody), admins or off; unset: on in development, admins in production'),
  OTP_SMTP_URL: serviceUrl(/^smtps?:\/\/[^\s/]+\/?$/, 'smtps://user:password@mail.example.org:465').describe(
    'the mail server for one-time passwords to e-mail addresses; smtp: must offer STARTTLS; telephone numbers need OTP_WEBHOOK_URL',
  ),
  OTP_SMTP_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]*$/, 'is not an address like chat@example.org')
    .optional()
    .describe('the sender of those mails, such as Parley <chat@example.org>'),
  OTP_WEBHOOK_URL: url(/^https?$/, 'https://example.org/otp').describe(
    'the URL to which one-time passwords are posted for sending, those that OTP_SMTP_URL does not mail; both unset: printed on the console, on loopback only',
  ),
  OTP_WEBHOOK_SECRET: secret.describe('the secret that signs the requests to OTP_WEBHOOK_URL'),
  ...pushVariables,
  OTP_CLIENT_PER_HOUR: whole(1, 1_000_000)
    .default(60)
    .describe('one-time passwords that one client address may request per hour, a third of them at once'),
  OTP_PREFIX_PER_HOUR: whole(1, 1_000_000)
    .default(30)
    .describe(
      'the same to one mailbox under many tags, or to telephone numbers that differ only in the last four digits',
    ),
  OTP_TOTAL_PER_HOUR: whole(1, 100_000_000)
    .default(1_000)
    .describe(
      'the same in total, a tenth reserved for devices that were signed in before; the log reports when strangers have used up the rest',
    ),
  USERNAME_CHANGE_DAYS: whole(0, 3_650)
    .default(30)
    .describe('how many days a user must wait after a change of the username before the next one'),
  USERNAME_HOLD_DAYS: whole(0, 3_650)
    .default(90)
    .describe(
      'how many days nobody else gets a username that its user changed, cleared or left with a deleted account',
    ),
  GROUP_MAX_MEMBERS: whole(2, 1_000_000)
    .default(100_000)
    .describe('the maximum members of a group, and the maximum of its open invites and of its requests to join'),
  PUBLIC_URL: url(/^https?$/, 'https://chat.example.org').describe(
    'where clients reach the gateway; the addresses of files begin with it; unset: they are paths',
  ),
  FILES_DIR: z
    .string()
    .optional()
    .describe(
      'the folder of files that users send, the same for gateway and chat; unset: in DATA_DIR, if one process runs both',
    ),
  S3_URL: url(/^https?$/, 'https://bucket.s3.eu-central-1.amazonaws.com').describe(
    'the bucket for those files, in place of a folder: its own host, or a path of a service that speaks the S3 protocol',
  ),
  S3_REGION: z.string().default('us-east-1').describe('the region of the bucket'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('who may read, write and delete in the bucket'),
  S3_SECRET_ACCESS_KEY: z.string().min(8, 'is shorter than 8 characters').optional().describe('the secret of that key'),
  MESSAGE_EDIT_SECONDS: whole(0, 3_153_600_000)
    .default(86_400)
    .describe('how long after sending it a user can edit a message, in seconds; 0: never'),
  MESSAGE_DELETE_SECONDS: whole(0, 3_153_600_000)
    .optional()
    .describe(
      'how long after sending it a user can delete a message for everyone, in seconds; unset: always. Owners and admins of a group always can',
    ),
  MESSAGE_MAX_CHARACTERS: whole(1, 100_000).default(10_000).describe('the longest text of a message, in characters'),
  MEDIA_MAX_BYTES: whole(1, 2_147_483_647).default(104_857_600).describe('the largest file that a user may send'),
  MEDIA_BYTES_PER_DAY: whole(1, 1_000_000_000_000)
    .default(2_147_483_648)
    .describe('what a user may begin to upload in 24 hours, in bytes'),
  MEDIA_TYPES: list
    .default(['*/*'])
    .describe('the media types that users may send, with commas between: image/png, image/*, */*'),
  SEARCH_LANGUAGE: z
    .string()
    .regex(/^[a-z_]{1,63}$/, 'is not the name of a text search configuration, such as english')
    .default('simple')
    .describe(
      'how words are found by the search: a text search configuration of PostgreSQL; simple: as they are written',
    ),
  BODY_LIMIT_BYTES: whole(1_024, 16_777_216)
    .default(524_288)
    .describe('the largest request body; the default has room for the 10,000 users that one request may name'),
  DOCUMENT_CACHE_BYTES: whole(1_048_576, 17_179_869_184)
    .default(67_108_864)
    .describe(
      'estimated memory of the gateway for parsed documents and their plans; beyond it the least recently used are dropped',
    ),
  RATE_ANONYMOUS_PER_SECOND: rate(0.01, 1_000_000)
    .default(5)
    .describe('requests without credentials, per client address'),
  RATE_ANONYMOUS_BURST: whole(1, 1_000_000).default(50).describe('the burst of them'),
  RATE_USER_PER_SECOND: rate(0.01, 1_000_000).default(50).describe('signed requests, per user'),
  RATE_USER_BURST: whole(1, 1_000_000).default(200).describe('the burst of them'),
  CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000)
    .default(1_000)
    .describe('sockets and streams open at a time, per client address; behind a proxy set TRUSTED_PROXIES'),
  CONNECTIONS_PER_USER: whole(1, 1_000_000).default(100).describe('the same per user, over all devices and sessions'),
  EVENT_RETENTION_DAYS: whole(1, 3_650)
    .default(30)
    .describe('how long events are kept, and so how long a client may be offline and still resume'),
  SESSION_IDLE_DAYS: whole(1, 3_650)
    .default(90)
    .describe('after so many days without use a session ends; each use prolongs it'),
  SESSION_MAX_DAYS: whole(1, 3_650)
    .default(365)
    .describe('at this age a session ends, however much it is used; then one signs in again'),
  SESSION_POLICY: z
    .enum(['any', 'platform', 'one'], 'is not one of any, platform, one')
    .default('any')
    .describe(
      'how many sessions a user may have: any (up to 50), one per platform, or one; a new sign-in ends the older ones',
    ),
  SECURITY_LOG_DAYS: whole(1, 3_650).default(180).describe('how long the security log keeps an event, in days'),
  DELIVERY_ANSWER_MS: whole(50, 60_000)
    .default(2_000)
    .describe('how long a live delivery may take before a push is sent instead, in milliseconds'),
  DRAIN_SECONDS: whole(0, 600).default(10).describe('how long running requests may take after SIGTERM'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'is not one of debug, info, warn, error')
    .default('info')
    .describe('the lowest level that is logged'),
})

export type Variables = z.infer<typeof variables>
