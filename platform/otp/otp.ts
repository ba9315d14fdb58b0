/** Takes a one-time password to its person. Resolves when the carrier took it; the code must reach no log. */
export interface OtpSender {
  send(message: { readonly to: string; readonly code: string; readonly expiresAt: Date }): Promise<void>
}
