/**
 * Structured log lines, and the files in which development mode keeps codes and push decisions for people. Invariants:
 * a field whose key names a secret is redacted, at any depth; logging never throws, for any value. May import the type
 * of platform/clock, and nothing else of ours.
 */
export type { Log } from './log.ts'
export { openLineFile } from './line-file.ts'
