import type { IncomingMessage } from 'node:http'

/** The raw bytes; null when the client broke off, 'too large' as soon as that is known. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too large' | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume()
    return Promise.resolve('too large')
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) {
        chunks.push(chunk)
      } else {
        // What still comes is read and dropped until the answer is written, else the client could not read that.
        chunks.length = 0
        resolve('too large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
  })
}
