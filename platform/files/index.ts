/**
 * Files that people send each other: in a folder, or in a bucket that speaks the S3 protocol. Clients get addresses with a
 * grant: each is for one file and one use, and ends by itself. Invariants: who has no grant learns nothing, not even whether a
 * file exists; a complete file never changes; no browser runs a file as a page. May import platform/{clock,log}.
 */
export type { FileStore } from './files.ts'
export { makeGrants } from './grants.ts'
export { openDiskFiles } from './disk.ts'
export { makeFileServer, type FileServer } from './serve.ts'
export { openS3Files } from './s3.ts'
