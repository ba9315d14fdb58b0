import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A line of JSON that a server in development mode writes, in files that only their owner can read. */
interface OtpLine {
  readonly to: string
  readonly code: string
}

export interface PushLine {
  readonly userId: string
  readonly deviceId: string
  readonly title: string
  readonly body: string
  readonly reason: string
  readonly data: Readonly<Record<string, string>>
}

/** The server writes within moments, but a push first waits for an unreached node. */
const DEADLINE_MS = 20_000

async function lines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

async function waitFor<T>(file: string, what: string, matches: (line: T) => boolean): Promise<T> {
  const end = Date.now() + DEADLINE_MS
  while (Date.now() < end) {
    const found = (await lines<T>(file)).findLast(matches)
    if (found !== undefined) return found
    await delay(50)
  }
  throw new Error(`${what} did not appear in ${file}: is this the data folder of the server, in development mode?`)
}

/** A server on the same machine answers within this time. */
const ANSWER_MS = 5_000

/**
 * The server's URL: the given one, otherwise the one that the server itself wrote. If none answers, the error says
 * what to do.
 */
export async function findServer(given: string | undefined, dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'server.json')
  const url = given ?? (await readServerFile(file))
  if (url === undefined) {
    throw new Error(
      `No server is running: there is no ${file}. Start one with "npm start", or name it with --url and --data.`,
    )
  }
  try {
    await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ANSWER_MS) })
    return url
  } catch {
    const from = given === undefined ? ` (from ${file})` : ''
    throw new Error(`No server answers at ${url}${from}. Start one with "npm start", or name it with --url and --data.`)
  }
}

async function readServerFile(file: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { url: string }).url
  } catch {
    return undefined // the caller explains it
  }
}

/** The passwords and pushes of a server in development mode, from its data folder. */
export function mailbox(dataFolder: string) {
  const otps = join(dataFolder, 'development', 'otp.jsonl')
  const pushes = join(dataFolder, 'development', 'push.jsonl')
  return {
    findOtp: async (address: string): Promise<string> =>
      (await waitFor<OtpLine>(otps, `A one-time password for ${address}`, ({ to }) => to === address)).code,
    findPush: (deviceId: string, messageId: string): Promise<PushLine> =>
      waitFor<PushLine>(
        pushes,
        'A push decision',
        (line) => line.deviceId === deviceId && line.data['messageId'] === messageId,
      ),
  }
}
