import type { IncomingMessage } from 'node:http'
import type { Deadline, Deadlines } from '../subgraphs/deadlines.ts'
import type { ClientUsage } from './client-usage.ts'

export type BodyFault = 'too large' | 'too slow' | 'too many' | 'too much'

/**
 * Reads the raw bytes; null if the client broke off, otherwise the fault as soon as it is known. A slow body stays in
 * memory while it arrives. Therefore a body has a minimum pace and a deadline, one address may send a limited number
 * of slow bodies at a time, and when all bodies together take too much memory, the oldest slow one is dropped, so that
 * nobody can use slow bodies to block other clients. `checks` expires every `slowBodyMs`.
 */
export function readBody(
  request: IncomingMessage,
  usage: ClientUsage,
  address: string,
  checks: Deadlines,
): Promise<Buffer | BodyFault | null> {
  const { limits, slowBodies } = usage
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
      checks.end(next)
      if (slow) slowBodies.give(address, 1)
      usage.giveWay.delete(giveWay)
      usage.bodyBytes -= bytes
      // The rest is still read and dropped until the answer is written, otherwise the client could not read the
      // answer.
      chunks.length = 0
      resolve(result)
    }
    const giveWay = () => {
      usage.refuse('body-bytes')
      end('too much')
    }
    const isTooSlow = () =>
      elapsedMs >= limits.bodyDeadlineMs ||
      (elapsedMs >= limits.bodyGraceMs && bytes < (elapsedMs / 1_000) * limits.minBodyBytesPerSecond)
    const check = () => {
      elapsedMs += limits.slowBodyMs
      slow ||= slowBodies.take(address, 1, limits.maxSlowBodiesPerAddress)
      if (!slow) {
        usage.refuse('slow-bodies-per-address')
        return end('too many')
      }
      usage.giveWay.add(giveWay)
      if (isTooSlow()) return end('too slow')
      next = checks.begin(check)
    }
    next = checks.begin(check)

    request.on('data', (chunk: Buffer) => {
      if (over) return
      bytes += chunk.length
      usage.bodyBytes += chunk.length
      if (bytes > limits.maxBodyBytes) return end('too large')
      for (const oldest of usage.giveWay) {
        if (usage.bodyBytes <= limits.maxBodyBytesUnderWay) break
        oldest()
      }
      if (usage.bodyBytes > limits.maxBodyBytesUnderWay) giveWay()
      if (!over) chunks.push(chunk)
    })
    request.on('end', () => end(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => end(null))
    request.on('close', () => end(null))
  })
}
