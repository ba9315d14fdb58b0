import type { IncomingMessage } from 'node:http'
import type { Deadline, Deadlines } from '../subgraphs/deadlines.ts'
import type { Shares } from './shares.ts'

export type BodyFault = 'too large' | 'too slow' | 'too many' | 'too much'

/**
 * The raw bytes; null when the client broke off, else what is wrong as soon as that is known. A body that takes its time
 * is kept in memory meanwhile: so it has a pace, a deadline, and a number of its kind that one address may send at a time;
 * and where all bodies together take too much, the oldest of the slow ones goes, so that nobody keeps others out with them.
 * `looks` expires every `slowBodyMs`.
 */
export function readBody(
  request: IncomingMessage,
  shares: Shares,
  address: string,
  looks: Deadlines,
): Promise<Buffer | BodyFault | null> {
  const { limits, slowBodies } = shares
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) {
    request.resume()
    return Promise.resolve('too large')
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let slow = false
    let elapsedMs = 0
    let next: Deadline
    let over = false

    const end = (result: Buffer | BodyFault | null) => {
      if (over) return
      over = true
      looks.end(next)
      if (slow) slowBodies.give(address, 1)
      shares.giveWay.delete(giveWay)
      shares.bodyBytes -= bytes
      // What still comes is read and dropped until the answer is written, else the client could not read that.
      chunks.length = 0
      resolve(result)
    }
    const giveWay = () => {
      shares.refuse('body-bytes')
      end('too much')
    }
    const isTooSlow = () =>
      elapsedMs >= limits.bodyDeadlineMs ||
      (elapsedMs >= limits.bodyGraceMs && bytes < (elapsedMs / 1_000) * limits.minBodyBytesPerSecond)
    const look = () => {
      elapsedMs += limits.slowBodyMs
      slow ||= slowBodies.take(address, 1, limits.maxSlowBodiesPerAddress)
      if (!slow) {
        shares.refuse('slow-bodies-per-address')
        return end('too many')
      }
      shares.giveWay.add(giveWay)
      if (isTooSlow()) return end('too slow')
      next = looks.begin(look)
    }
    next = looks.begin(look)

    request.on('data', (chunk: Buffer) => {
      if (over) return
      bytes += chunk.length
      shares.bodyBytes += chunk.length
      if (bytes > limits.maxBodyBytes) return end('too large')
      for (const oldest of shares.giveWay) {
        if (shares.bodyBytes <= limits.maxBodyBytesUnderWay) break
        oldest()
      }
      if (shares.bodyBytes > limits.maxBodyBytesUnderWay) giveWay()
      if (!over) chunks.push(chunk)
    })
    request.on('end', () => end(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => end(null))
    request.on('close', () => end(null))
  })
}
