/**
 * Sends pushes to devices without a live stream. Invariant: neither a push's text nor its token reaches the log or an
 * error. May import platform/log and platform/clock.
 */
export type { PushDecision, PushSender } from './push.ts'
export { makeApns } from './apns.ts'
export { makeFcm, parseFcmAccount } from './fcm.ts'
export { makeLogPush } from './log.ts'
export { routePushes } from './route.ts'
export { makeWebhookPush } from './webhook.ts'
export { makeWebPush, vapidPublicKey } from './web-push.ts'
