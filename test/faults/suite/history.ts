/** What a run did and saw, as plain data: `judge.ts` says from it whether anything was lost. Times are of one clock, in milliseconds. */
export interface History {
  readonly sends: readonly Sent[]
  /** The names of the members of each conversation, by its id. */
  readonly members: ReadonlyMap<string, readonly string[]>
  readonly people: readonly Person[]
  /** The push decisions that were kept, in no order. */
  readonly decisions: readonly Pushed[]
  /** What the push provider took, in no order: once for each time that it took it. */
  readonly provided: readonly Pushed[]
}

/** One message that somebody wanted to send; its text is unique. */
export interface Sent {
  readonly sender: string
  readonly conversation: string
  readonly text: string
  readonly startedAt: number
  /** How often it was sent again with the same `clientMessageId`. */
  retries: number
  /** Everything that the sends of it were answered with: several only if an answer was late and the retry got one too. */
  readonly answers: Answer[]
}

export interface Answer {
  readonly messageId: string
  readonly sequence: number
  readonly at: number
}

export interface Heard extends Answer {
  readonly conversation: string
  readonly text: string
}

/** Somebody with one device. */
export interface Person {
  readonly name: string
  readonly deviceId: string
  /** Whether the device had its stream open all the time; otherwise it opened it at the end. */
  readonly online: boolean
  /** What came on its stream, in the order in which it came. */
  readonly heard: Heard[]
}

export interface Pushed {
  readonly deviceId: string
  readonly messageId: string
  /** Of a decision: why. */
  readonly reason?: string
}
