/** What an operator lets users send. */
export interface MediaLimits {
  /** The largest file, in bytes. */
  readonly maxBytes: number
  /** Media types that are accepted: a type, a family with a star for its subtype, or two stars for all. */
  readonly types: readonly string[]
  /** What a user may begin to upload in 24 hours, in bytes. */
  readonly bytesPerDay: number
}
