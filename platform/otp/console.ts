import { openLineFile } from '../log/index.ts'
import type { OtpSender } from './otp.ts'

export interface ConsoleOtpOptions {
  /**
   * Takes one line, including its newline. The default is standard output rather than the log, which must not contain
   * codes.
   */
  readonly write?: (line: string) => void
  /** Also appends `{ to, code, expiresAt }` to this file of JSON lines, for programs. Only its owner can read it. */
  readonly file?: string
}

/** For development on one's own machine: anybody who sees the console can sign in as anybody. */
export function makeConsoleOtp({
  write = (line) => void process.stdout.write(line),
  file,
}: ConsoleOtpOptions): OtpSender {
  const moved = ({ lines, to }: { lines: number; to: string }) =>
    write(`The file of one-time passwords was full: its ${lines} oldest lines were moved to ${to}.\n`)
  const lines = file === undefined ? undefined : openLineFile(file, moved)
  return {
    async send({ to, code, expiresAt }) {
      const until = expiresAt.toISOString()
      lines?.append({ to, code, expiresAt: until })
      write(`One-time password for ${visible(to)}: ${code} (until ${until})\n`)
    },
  }
}

/** Anybody can choose an address, so its control characters must not reach the terminal. */
const visible = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
