/**
 * Structured log lines, and the files in which development mode keeps what a person wants to look at.
 * Invariants: no secret comes out, by the name of its key, at any depth; whatever is passed in, logging never throws.
 * May import nothing of ours.
 */
export { silentLog, type Log } from './log.ts'
export { openLog, type LogOptions } from './pino.ts'
export { openLineFile, type LineFile } from './line-file.ts'
