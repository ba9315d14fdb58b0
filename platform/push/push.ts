/** One push that was decided on, and why. */
export interface PushDecision {
  /** The event that it tells of: a device gets at most one push for it. */
  readonly event: string
  readonly userId: string
  readonly deviceId: string
  /** Null for a device that registered no token: the decision is recorded, nothing is sent. */
  readonly token: string | null
  readonly title: string
  readonly body: string
  /** What the app needs to fetch the thing: ids only. */
  readonly data: Readonly<Record<string, string>>
  /** `offline`: no stream; `unreached`: a stream, but its node did not say in time that the event was written to it; `parked`. */
  readonly reason: 'offline' | 'unreached' | 'parked'
}

/** Sends a push. Resolves when the provider took it; rejects when it may be tried again. */
export interface PushSender {
  send(decision: PushDecision): Promise<void>
}
