import { importPKCS8, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../clock/clock.ts'
import { contentOf } from './content.ts'
import { laterError, mayPass, post, type Answer } from './post.ts'
import { DeadTokenError, RefusedPushError, type PushDecision, type PushSender } from './push.ts'
import { UnavailableError } from '../unavailable.ts'

/** What Firebase accepts, less what its own fields take. */
const MAX_BYTES = 3_500
/** How long Firebase keeps a push for a device that is off. */
const TTL = '86400s'
/** A token is asked for anew this long before it ends. */
const EARLY_MS = 5 * 60_000
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'

/** The parts of a service account's key file that are used. */
const accountShape = z.object({
  project_id: z.string().regex(/^[\w:.-]+$/),
  client_email: z.string().min(1),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }),
})
export type FcmAccount = z.infer<typeof accountShape>

/** Throws an error that names what is missing, and nothing of the file. */
export function parseFcmAccount(text: string): FcmAccount {
  const parsed = accountShape.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Error(
    `it is no key file of a service account: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`,
  )
}

export interface FcmOptions {
  readonly account: FcmAccount
  readonly clock: Clock
  /** For tests. */
  readonly url?: string
}

/** Sends to apps that Firebase Cloud Messaging reaches, by its HTTP v1 API. */
export function makeFcm({ account, clock, url = 'https://fcm.googleapis.com' }: FcmOptions): PushSender {
  const accessToken = makeAccessTokens(account, clock)

  const send = async (decision: PushDecision): Promise<Answer> =>
    post({
      url: `${url}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`,
      headers: { authorization: `Bearer ${await accessToken.current()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: messageOf(decision) }),
    })

  return {
    async send(decision) {
      if (decision.token === null) throw new RefusedPushError('The device has no token.')
      let answer = await send(decision)
      if (answer.status === 401) {
        accessToken.forget()
        answer = await send(decision)
      }
      const { status } = answer
      if (status >= 200 && status <= 299) return
      const { code, aboutToken } = errorOf(answer)
      if (code === 'UNREGISTERED' || code === 'SENDER_ID_MISMATCH' || status === 404 || (status === 400 && aboutToken))
        throw new DeadTokenError(`Firebase does not know the token (${code ?? status}).`)
      // A service account without the right is a fault of the configuration, which somebody mends.
      if (mayPass(answer) || status === 401 || status === 403) throw laterError(answer, clock.now())
      throw new RefusedPushError(`Firebase answered ${code ?? status}.`)
    },
  }
}

function messageOf(decision: PushDecision) {
  const { title, body, data, badge, collapseKey, withdraws } = contentOf(decision, MAX_BYTES)
  const texts = {
    ...data,
    ...(collapseKey !== undefined && { collapseKey }),
    ...(badge !== undefined && { badge: String(badge) }),
    ...(withdraws && { withdraws: 'true' }),
  }
  const android = { ttl: TTL, ...(collapseKey !== undefined && { collapse_key: collapseKey }) }
  // A message of data alone is handed to the app, which takes its notification away.
  if (withdraws) return { token: decision.token, data: texts, android: { ...android, priority: 'NORMAL' } }
  return {
    token: decision.token,
    notification: { title, body },
    data: texts,
    android: {
      ...android,
      priority: 'HIGH',
      notification: {
        ...(collapseKey !== undefined && { tag: collapseKey }),
        ...(badge !== undefined && { notification_count: badge }),
      },
    },
  }
}

const errorShape = z.object({
  error: z.object({
    details: z
      .array(
        z.object({
          errorCode: z.string().optional(),
          fieldViolations: z.array(z.object({ field: z.string().optional() })).optional(),
        }),
      )
      .optional(),
  }),
})

/** Firebase's own code, and whether it complains of the token. */
function errorOf({ text }: Answer): { readonly code: string | undefined; readonly aboutToken: boolean } {
  const details = errorShape.safeParse(parseJson(text)).data?.error.details ?? []
  return {
    code: details.find(({ errorCode }) => errorCode !== undefined)?.errorCode,
    aboutToken: details.some(({ fieldViolations }) => fieldViolations?.some(({ field }) => field === 'message.token')),
  }
}

const tokenShape = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

interface AccessToken {
  readonly text: string
  /** Unix ms. */
  readonly until: number
}

/** OAuth tokens of the service account (RFC 7523). Concurrent callers share one request. */
function makeAccessTokens(account: FcmAccount, clock: Clock) {
  let held: Promise<AccessToken> | null = null

  const ask = async (): Promise<AccessToken> => {
    const now = Math.floor(clock.now() / 1_000)
    const key = await importPKCS8(account.private_key, 'RS256')
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id && { kid: account.private_key_id }) })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt(now)
      .setExpirationTime(now + 3_600)
      .sign(key)
    const answer = await post({
      url: account.token_uri,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
    })
    const parsed = answer.status === 200 ? tokenShape.safeParse(parseJson(answer.text)) : null
    if (!parsed?.success) throw new UnavailableError(`The token server of Firebase answered ${answer.status}.`)
    const { access_token: text, expires_in: seconds } = parsed.data
    return { text, until: clock.now() + seconds * 1_000 - EARLY_MS }
  }

  return {
    async current(): Promise<string> {
      const seen = held
      const known = await seen?.catch(() => null)
      if (known && known.until > clock.now()) return known.text
      // The first of those who waited for the same one asks for the next.
      if (held === seen) held = null
      return (await (held ??= ask())).text
    },
    forget() {
      held = null
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
