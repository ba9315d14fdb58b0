/** A push that was decided on, and the reason. */
export interface PushDecision {
  /** The event that it announces: a device gets at most one push for it. */
  readonly event: string
  readonly userId: string
  readonly deviceId: string
  /** Null for a device without a push token: then the decision is recorded, and nothing is sent. */
  readonly token: string | null
  readonly title: string
  readonly body: string
  /** Ids that the app needs to fetch the content. */
  readonly data: Readonly<Record<string, string>>
  /**
   * `offline`: no stream; `unreached`: a stream, but its node did not confirm in time that the event was written to
   * it; `parked`.
   */
  readonly reason: 'offline' | 'unreached' | 'parked'
}

/** Sends a push. Resolves when the provider has accepted it; rejects if it may be retried. */
export interface PushSender {
  send(decision: PushDecision): Promise<void>
}
