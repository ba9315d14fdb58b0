/**
 * Takes one-time passwords to their person. Invariant: a code reaches no log, and no error carries one.
 * May import platform/{clock,log}.
 */
export type { OtpSender } from './otp.ts'
export { makeConsoleOtp, type ConsoleOtpOptions } from './console.ts'
export { makeWebhookOtp, type WebhookOtpOptions } from './webhook.ts'
