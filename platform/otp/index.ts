/**
 * Sends one-time passwords. Invariant: neither a log line nor an error contains a code. May import
 * platform/{clock,log}.
 */
export { firstOf, type OtpSender } from './otp.ts'
export { makeConsoleOtp } from './console.ts'
export { makeSmtpOtp } from './smtp.ts'
export { makeWebhookOtp } from './webhook.ts'
