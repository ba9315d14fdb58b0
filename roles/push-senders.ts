import { readFileSync } from 'node:fs'
import type { Clock } from '../platform/clock/clock.ts'
import type { Config } from '../platform/config/config.ts'
import {
  makeApns,
  makeFcm,
  makeWebhookPush,
  makeWebPush,
  parseFcmAccount,
  type PushSender,
  routePushes,
  vapidPublicKey,
} from '../platform/push/index.ts'
import { StartupError } from '../platform/startup-error.ts'
import { makeClosers } from './closers.ts'

/** The configured push services, side by side. */
export function openPush(config: Config, clock: Clock): PushSender & AsyncDisposable {
  const closers = makeClosers()
  const webPush = webPushOf(config, clock)
  const apns = apnsOf(config, clock)
  const fcm = fcmOf(config, clock)
  const sender = routePushes({
    services: {
      ...(webPush && { WEB_PUSH: closers.use(webPush) }),
      ...(apns && { APNS: closers.use(apns) }),
      ...(fcm && { FCM: fcm }),
    },
    ...webhookOf(config, clock),
  })
  return { ...sender, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
}

function webPushOf(config: Config, clock: Clock) {
  const { VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject, VAPID_PUBLIC_KEY } = config
  if (privateKey === undefined || subject === undefined) return null
  if (vapidPublicKey(privateKey) !== VAPID_PUBLIC_KEY?.replace('=', ''))
    throw new StartupError('VAPID_PUBLIC_KEY is not the public half of VAPID_PRIVATE_KEY')
  return makeWebPush({ privateKey, subject, clock })
}

function fcmOf({ FCM_KEY_FILE }: Config, clock: Clock) {
  if (FCM_KEY_FILE === undefined) return null
  try {
    return makeFcm({ account: parseFcmAccount(readFileSync(FCM_KEY_FILE, 'utf8')), clock })
  } catch (error) {
    throw unreadable('FCM_KEY_FILE', error)
  }
}

function apnsOf(config: Config, clock: Clock) {
  const { APNS_KEY_FILE, APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic } = config
  if (APNS_KEY_FILE === undefined || keyId === undefined || teamId === undefined || topic === undefined) return null
  try {
    const key = readFileSync(APNS_KEY_FILE, 'utf8')
    if (!key.includes('BEGIN PRIVATE KEY')) throw new Error('it is no .p8 key')
    return makeApns({ key, keyId, teamId, topic, clock })
  } catch (error) {
    throw unreadable('APNS_KEY_FILE', error)
  }
}

function webhookOf({ PUSH_WEBHOOK_URL: url, PUSH_WEBHOOK_SECRET: secret }: Config, clock: Clock) {
  return url !== undefined && secret !== undefined ? { others: makeWebhookPush({ url, secret, clock }) } : {}
}

/** Says what is wrong with the file, and nothing of what it holds. */
function unreadable(name: string, error: unknown): StartupError {
  const { code, message } = error as NodeJS.ErrnoException
  return new StartupError(`${name} cannot be used: ${code ?? message}`)
}
