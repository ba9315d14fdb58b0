/** A chat server for the load: users and rooms have numbers, and each user has a socket. */
export interface Chat {
  /** Creates users and opens their sockets until there are `count`. */
  haveUsers(count: number): Promise<void>
  /** Creates a room of these two users. Resolves to its number when both can get messages. */
  openPair(first: number, second: number): Promise<number>
  /** Creates a room of the first `size` users. Resolves to its number when all can get messages. */
  openGroup(size: number): Promise<number>
  /** Resolves when the server has confirmed the message. */
  send(user: number, room: number, text: string): Promise<void>
  close(): void
}

export interface ChatEvents {
  /**
   * Called for each message on a user's socket, with its number in the room and the mark in its text (`markedText`).
   */
  delivered(user: number, sequence: number, mark: number): void
  /** Returns the room into which the text with this mark was sent. */
  roomOf(mark: number): number | undefined
  /** Called when a socket ended or got a wrong message: then the figures are useless. */
  failed(why: string): void
}

const WORDS = 'It is the time that you have wasted for it.'

/** One in this number of frames is parsed and compared as a whole. Of the others, only two numbers are read. */
export const READ_WHOLE = 512

/** Makes a text that contains the number of its send, so that a delivery can be matched without parsing its JSON. */
export const markedText = (mark: number): string => `#${mark} ${WORDS}`

const MARK = Buffer.from('"#')

/** The index at which the mark of a frame begins; below 0 if the frame is no message of the load. */
export const findMark = (payload: Buffer): number => payload.indexOf(MARK)
export const markAt = (payload: Buffer, found: number): number => numberAt(payload, found + MARK.length)

/** Returns the number that follows `name`, such as `"sequence":`. */
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

/** Runs `work` for `from` … `to`-1, a limited number at the same time. */
export async function inParallel(from: number, to: number, most: number, work: (index: number) => Promise<unknown>) {
  let next = from
  const worker = async () => {
    while (next < to) await work(next++)
  }
  await Promise.all(Array.from({ length: most }, worker))
}
