/** Sends a one-time password. Resolves when the carrier has accepted it. The code must not be logged. */
export interface OtpSender {
  send(message: { readonly to: string; readonly code: string; readonly expiresAt: Date }): Promise<void>
  /** Whether it can reach this address, by its form alone. Default: any. */
  carries?(to: string): boolean
}

/** Sends with the first of these senders that can reach the address. */
export function firstOf(senders: readonly OtpSender[]): OtpSender {
  const find = (to: string) => senders.find((sender) => sender.carries?.(to) ?? true)
  return {
    carries: (to) => find(to) !== undefined,
    async send(message) {
      const sender = find(message.to)
      if (!sender) throw new Error('No configured carrier of one-time passwords reaches addresses of this form.')
      await sender.send(message)
    },
  }
}
