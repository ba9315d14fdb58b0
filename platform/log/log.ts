/**
 * Structured log lines: a plain sentence and facts. Secrets are redacted by the name of their key, but must not be
 * passed in.
 */
export interface Log {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
  /** A log that adds these facts to each line. */
  with(facts: Readonly<Record<string, unknown>>): Log
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog }
