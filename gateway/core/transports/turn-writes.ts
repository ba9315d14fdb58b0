import type { Duplex } from 'node:stream'

/**
 * Maximum writes to one stream that go together. It keeps what one turn holds back small: beyond it the stream is
 * flushed within the turn.
 */
const MAX_TOGETHER = 8

/** Somebody who writes to a stream of its own. */
export interface TurnWriter {
  readonly stream: Duplex
  /** Called when what was written since the last call was handed to the stream, which may or may not have taken it. */
  flushed(): void
}

/** How often each writer wrote in this turn of the event loop. Their streams are corked until it ends. */
const held = new Map<TurnWriter, number>()

/**
 * Call it before a write. All writes to the stream in one turn of the event loop reach the kernel in one system call,
 * which is most of what a small frame costs.
 */
export function holdUntilTurnEnds(writer: TurnWriter): void {
  const writes = held.get(writer)
  if (writes === undefined) {
    if (held.size === 0) setImmediate(flushAll)
    writer.stream.cork()
    held.set(writer, 1)
  } else if (writes < MAX_TOGETHER) {
    held.set(writer, writes + 1)
  } else {
    flush(writer)
    writer.stream.cork()
    held.set(writer, 1)
  }
}

function flush(writer: TurnWriter): void {
  writer.stream.uncork()
  writer.flushed()
}

function flushAll(): void {
  const writers = [...held.keys()]
  held.clear()
  for (const writer of writers) flush(writer)
}
