import { request, type IncomingMessage } from 'node:http'
import { readDigits, writeDigits } from '../../support/digits.ts'
import type { Asked, ClientStream, Ended, GraphError, Result } from './client.ts'

const ACCEPT = {
  sse: 'text/event-stream',
  multipart: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json',
} as const

/** graphql-sse's distinct connections mode, or multipart subscriptions over HTTP as Apollo's clients speak it. */
export async function openHttpStream(
  transport: 'sse' | 'multipart',
  url: string,
  asked: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<ClientStream> {
  const results: Result[] = []
  let ended: Ended | null = null
  const end = (how: Ended) => (ended ??= how)
  const next = (text: string) => results.push(readDigits(text) as Result)

  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', accept: ACCEPT[transport], ...headers },
  })
  sent.on('error', () => end({ how: 'closed' }))
  sent.on('response', (response: IncomingMessage) => {
    const type = response.headers['content-type'] ?? ''
    const isStream = type.startsWith('text/event-stream') || type.startsWith('multipart/')
    const take = isStream
      ? type.startsWith('multipart/')
        ? takeParts(boundaryOf(type), next, end)
        : takeEvents(next, end)
      : takePlain(end)
    response.setEncoding('utf8')
    response.on('data', (text: string) => take.some(text))
    response.on('end', () => take.all())
    response.on('error', () => end({ how: 'closed' }))
    response.on('close', () => end({ how: 'closed' }))
  })
  sent.end(writeDigits(asked))
  const leave = () => sent.destroy()
  return { results, ended: () => ended, stop: leave, vanish: leave }
}

interface Taker {
  some(text: string): void
  all(): void
}

/** A refusal: a plain response. */
function takePlain(end: (how: Ended) => void): Taker {
  let body = ''
  return {
    some: (text) => (body += text),
    all() {
      const errors = (JSON.parse(body) as { errors?: GraphError[] }).errors
      end(errors ? { how: 'errors', errors } : { how: 'closed' })
    },
  }
}

function takeEvents(next: (text: string) => unknown, end: (how: Ended) => void): Taker {
  let buffer = ''
  return {
    some(text) {
      buffer += text.replaceAll('\r', '')
      for (let at = buffer.indexOf('\n\n'); at >= 0; at = buffer.indexOf('\n\n')) {
        const fields = buffer
          .slice(0, at)
          .split('\n')
          .map((line) => /^(event|data): ?(.*)$/.exec(line))
        buffer = buffer.slice(at + 2)
        const event = fields.find((field) => field?.[1] === 'event')?.[2]
        const data = fields
          .filter((field) => field?.[1] === 'data')
          .map((field) => field?.[2])
          .join('\n')
        if (event === 'next') next(data)
        if (event === 'complete') end({ how: 'complete' })
      }
    },
    all: () => end({ how: 'closed' }),
  }
}

function boundaryOf(type: string): string {
  return /boundary="?([^";]+)/.exec(type)?.[1] ?? '-'
}

function takeParts(boundary: string, next: (text: string) => unknown, end: (how: Ended) => void): Taker {
  const mark = `--${boundary}`
  let buffer = ''
  const part = (text: string) => {
    const body = text.slice(text.indexOf('\r\n\r\n') + 4).trim()
    if (body === '') return
    const { payload, errors } = readDigits(body) as { payload?: Result | null; errors?: GraphError[] }
    if (payload) next(writeDigits(payload))
    if (errors) end({ how: 'errors', errors })
  }
  return {
    some(text) {
      buffer += text
      for (let at = buffer.indexOf(mark); at >= 0; at = buffer.indexOf(mark)) {
        const before = buffer.slice(0, at)
        if (before.includes('\r\n\r\n')) part(before)
        buffer = buffer.slice(at + mark.length)
        if (buffer.startsWith('--')) end({ how: 'complete' })
      }
      // The mark after a part may come with the next one only; a part whose JSON is whole is a part.
      const at = buffer.indexOf('\r\n\r\n')
      if (at < 0) return
      try {
        part(buffer)
        buffer = ''
      } catch {
        // Not whole yet.
      }
    },
    // The last mark may come in two pieces.
    all: () => end({ how: buffer.startsWith('--') ? 'complete' : 'closed' }),
  }
}
