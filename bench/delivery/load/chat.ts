/** A chat server as the load sees it: users by number, each with a socket, in rooms by number. */
export interface Chat {
  /** Makes users and opens their sockets until there are so many. */
  haveUsers(count: number): Promise<void>
  /** A room in which these two users write to each other, both there. */
  openPair(first: number, second: number): Promise<number>
  /** A room of the first so many users, all there. */
  openGroup(size: number): Promise<number>
  /** Resolves once the server has answered that it holds the message. */
  send(user: number, room: number, text: string): Promise<void>
  close(): void
}

export interface ChatEvents {
  /** A message came to a user's socket: its number in the room, and ours in its text (`markedText`). */
  delivered(user: number, sequence: number, mark: number): void
  /** Into which room the text with this mark was sent. */
  roomOf(mark: number): number | undefined
  /** A socket ended, or something came that should not: the figures are worth nothing. */
  failed(why: string): void
}

const WORDS = 'It is the time that you have wasted for it.'

/** One in so many frames of a socket is read whole and compared with what it must be; of the others, two numbers. */
export const READ_WHOLE = 512

/** A text that says by which send it came, so that a delivery needs no parsing but of two numbers. */
export const markedText = (mark: number): string => `#${mark} ${WORDS}`

const MARK = Buffer.from('"#')

/** Where the mark of a frame begins; below 0 where the frame brings no message of ours. */
export const findMark = (payload: Buffer): number => payload.indexOf(MARK)
export const markAt = (payload: Buffer, found: number): number => numberAt(payload, found + MARK.length)

/** The number behind `name`, such as `"sequence":`. */
export function numberAfter(payload: Buffer, name: Buffer): number {
  const at = payload.indexOf(name)
  return at < 0 ? NaN : numberAt(payload, at + name.length)
}

function numberAt(payload: Buffer, from: number): number {
  let number = 0
  for (let at = from; ; at++) {
    const digit = (payload[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return at === from ? NaN : number
    number = number * 10 + digit
  }
}

/** Runs `work` for `from` … `to`-1, so many at once. */
export async function inParallel(from: number, to: number, most: number, work: (index: number) => Promise<unknown>) {
  let next = from
  const worker = async () => {
    while (next < to) await work(next++)
  }
  await Promise.all(Array.from({ length: most }, worker))
}
