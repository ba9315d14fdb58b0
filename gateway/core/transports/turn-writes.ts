import type { Duplex } from 'node:stream'

/**
 * Maximum writes to one stream that go together. It keeps what one turn holds back small: beyond it the stream is
 * flushed within the turn.
 */
const MAX_TOGETHER = 8

/** How often each stream was written to in this turn of the event loop. All of them are corked until it ends. */
const held = new Map<Duplex, number>()

/**
 * Call it before a write. All writes to the stream in one turn of the event loop reach the kernel in one system call,
 * which is most of what a small frame costs.
 */
export function holdUntilTurnEnds(stream: Duplex): void {
  const writes = held.get(stream)
  if (writes === undefined) {
    if (held.size === 0) setImmediate(flush)
    stream.cork()
    held.set(stream, 1)
  } else if (writes < MAX_TOGETHER) {
    held.set(stream, writes + 1)
  } else {
    stream.uncork()
    stream.cork()
    held.set(stream, 1)
  }
}

function flush(): void {
  const streams = [...held.keys()]
  held.clear()
  for (const stream of streams) stream.uncork()
}
