/**
 * Structured log lines, and the files in which development mode keeps what a person wants to look at.
 * Invariants: no secret comes out, by the name of its key, at any depth; whatever is passed in, logging never throws.
 * May import the type of platform/clock, and nothing else of ours.
 */
export type { Log } from './log.ts'
export { openLineFile } from './line-file.ts'
