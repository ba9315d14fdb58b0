/** A service that carries pushes. */
export type PushService = 'FCM' | 'APNS' | 'WEB_PUSH'

/** A push that was decided on, and the reason. */
export interface PushDecision {
  /** The event that it announces: a device gets at most one push for it. */
  readonly event: string
  /** The event's kind; absent for one that could not be read. */
  readonly kind?: string
  readonly userId: string
  readonly deviceId: string
  /**
   * The device's token, or Web Push's endpoint. Null for a device without one: then the decision is recorded, and nothing is
   * sent.
   */
  readonly token: string | null
  /** Whose token it is. Null or absent: an app did not say. */
  readonly service?: PushService | null
  /** APNS: `environment`, PRODUCTION or SANDBOX. WEB_PUSH: `p256dh` and `auth`, base64url. */
  readonly detail?: Readonly<Record<string, string>> | null
  readonly title: string
  readonly body: string
  /** Ids that the app needs to fetch the content. */
  readonly data: Readonly<Record<string, string>>
  /** A device shows one notification for each key: a later push replaces the earlier one. At most 64 bytes. */
  readonly collapseKey?: string
  /** What is unread in all, for the app's icon. */
  readonly badge?: number
  /** Takes the shown notification with `collapseKey` away, and shows nothing. */
  readonly withdraws?: true
  /**
   * `offline`: no stream; `unreached`: a stream, but its node did not confirm in time that the event was written to
   * it; `parked`.
   */
  readonly reason: 'offline' | 'unreached' | 'parked'
}

/**
 * Sends a push. Resolves when the provider has accepted it. Rejects with a `DeadTokenError`, a `RefusedPushError`, or
 * another error after which it may be retried.
 */
export interface PushSender {
  send(decision: PushDecision): Promise<void>
}

/** The provider says that nobody can be reached with this token any more. */
export class DeadTokenError extends Error {
  override readonly name = 'DeadTokenError'
}

/** The provider will never accept this push. */
export class RefusedPushError extends Error {
  override readonly name = 'RefusedPushError'
}

/** The provider asks to be left alone until then. */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError'
  readonly afterMs: number
  constructor(message: string, afterMs: number) {
    super(message)
    this.afterMs = afterMs
  }
}
