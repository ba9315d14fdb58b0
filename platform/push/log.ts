import { openLineFile, type Log } from '../log/index.ts'
import type { PushSender } from './push.ts'

export interface LogPushOptions {
  readonly log: Log
  /** Also appends every decision, whole, to this file of JSON lines; only its owner can read it. For development. */
  readonly file?: string
}

/** Sends nothing: says in the log what was decided and why. */
export function makeLogPush({ log, file }: LogPushOptions): PushSender {
  const moved = (facts: { lines: number; to: string }) =>
    log.warn('The file of push decisions was full: its older half is in a file beside it', facts)
  const lines = file === undefined ? undefined : openLineFile(file, moved)
  return {
    async send(decision) {
      lines?.append(decision)
      const { userId, deviceId, reason, token, data } = decision
      log.info('A push was decided', { userId, deviceId, reason, hasToken: token !== null, data })
    },
  }
}
