import { z } from 'zod'
import { secret, url } from './shapes.ts'

/** The services that carry pushes (docs/push.md). */
export const pushVariables = {
  VAPID_PUBLIC_KEY: z
    .string()
    .regex(/^[\w-]{87}=?$/, 'is not a point of P-256, 65 bytes as base64url')
    .optional()
    .describe('the key with which browsers subscribe to pushes; `npx web-push generate-vapid-keys` makes both'),
  VAPID_PRIVATE_KEY: z
    .string()
    .regex(/^[\w-]{43}=?$/, 'is not a private key of P-256, 32 bytes as base64url')
    .optional()
    .describe('its private half, which signs pushes to browsers; unset: none are sent'),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'is not like mailto:chat@example.org or https://example.org')
    .optional()
    .describe('whom push services of browsers turn to, as a mailto: or https: URL'),
  FCM_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'the key file of the service account that sends pushes by Firebase Cloud Messaging; unset: none are sent',
    ),
  APNS_KEY_FILE: z
    .string()
    .optional()
    .describe('the .p8 key that sends pushes by the Apple Push Notification service; unset: none are sent'),
  APNS_KEY_ID: z
    .string()
    .regex(/^\w{1,20}$/, 'is not an id')
    .optional()
    .describe('the id of that key'),
  APNS_TEAM_ID: z
    .string()
    .regex(/^\w{1,20}$/, 'is not an id')
    .optional()
    .describe('the team that has the key'),
  APNS_TOPIC: z
    .string()
    .regex(/^[\w.-]{1,200}$/, 'is not a bundle id like org.example.chat')
    .optional()
    .describe("the app's bundle id"),
  PUSH_WEBHOOK_URL: url(/^https?$/, 'https://example.org/push').describe(
    'the URL to which pushes are posted that none of the services above takes; all unset: pushes are only logged',
  ),
  PUSH_WEBHOOK_SECRET: secret.describe('the secret that signs the requests to PUSH_WEBHOOK_URL'),
} as const
