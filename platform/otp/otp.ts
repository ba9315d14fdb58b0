/** Sends a one-time password. Resolves when the carrier has accepted it. The code must not be logged. */
export interface OtpSender {
  send(message: { readonly to: string; readonly code: string; readonly expiresAt: Date }): Promise<void>
}
