const DAY_MS = 24 * 60 * 60_000

/** Until when messages may be changed: an operator's choice. */
export interface ChangeWindows {
  /** How long after it was sent a message can be edited. 0: never. */
  readonly editMs: number
  /** How long after it was sent its sender can delete it for everyone. Null: always. */
  readonly deleteMs: number | null
}

export const DEFAULT_WINDOWS: ChangeWindows = { editMs: DAY_MS, deleteMs: null }

/**
 * Maximum versions of one message. Each edit is an event for every participant and a row that is kept for moderators, so
 * endless edits would be a way to fill the database. Beyond it an edit is refused with EDIT_LIMIT.
 */
export const MAX_VERSIONS = 100
