/** What the keeper of attendance sees of a node. */
export interface AttendedNode {
  readonly nodeId: string
  isHere(userId: string): boolean
  userIds(): string[]
}

/** Keeps account of the users who have streams on a node. Its calls return at once, and never fail. */
export interface Attendance extends AsyncDisposable {
  /** Streams of the user opened or closed, and presence knows it, or is down. */
  changed(userId: string): void
  /** Presence may have lacked users of this node, and has all of them again. */
  restored(): void
}

/** Without it nobody keeps account. */
export const noAttendance: Attendance = { changed() {}, restored() {}, async [Symbol.asyncDispose]() {} }
