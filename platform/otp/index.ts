/**
 * Takes one-time passwords to their person. Invariant: a code reaches no log, and no error carries one.
 * May import platform/{clock,log}.
 */
export type { OtpSender } from './otp.ts'
export { makeConsoleOtp } from './console.ts'
export { makeWebhookOtp } from './webhook.ts'
