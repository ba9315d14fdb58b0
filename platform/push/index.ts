/**
 * Sends pushes to devices without a live stream. Invariant: neither a push's text nor its token reaches the log.
 * May import platform/log.
 */
export type { PushSender } from './push.ts'
export { makeLogPush } from './log.ts'
