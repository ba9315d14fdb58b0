import { openLineFile, type Log } from '../log/index.ts'
import type { PushSender } from './push.ts'

export interface LogPushOptions {
  readonly log: Log
  /** For development: also appends every complete decision to this file of JSON lines. Only its owner can read it. */
  readonly file?: string
}

/** Sends nothing: logs each decision and its reason. */
export function makeLogPush({ log, file }: LogPushOptions): PushSender {
  const moved = (facts: { lines: number; to: string }) =>
    log.warn('The file of push decisions was full: its older half was moved to a second file', facts)
  const lines = file === undefined ? undefined : openLineFile(file, moved)
  return {
    async send(decision) {
      lines?.append(decision)
      const { userId, deviceId, reason, token, data } = decision
      log.info('A push was decided', { userId, deviceId, reason, hasToken: token !== null, data })
    },
  }
}
