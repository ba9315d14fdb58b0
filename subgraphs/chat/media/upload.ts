import { v7 } from 'uuid'
import type { StoredFile, UploadRequest } from '../../../platform/files/files.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { inOrder } from '../../in-order.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { CreateUploadInput } from '../generated/resolvers.ts'
import { parseUpload } from './input.ts'
import type { MediaPorts } from './ports.ts'
import { countOwn, deleteMedia, findMedia, insertMedia, markComplete, type MediaRow } from './store.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Files of one user that no message uses: what one forgets to send is deleted after a day. */
const MAX_UNUSED = 100

/** How long an upload's address works. */
const UPLOAD_MS = 60 * MINUTE_MS

/**
 * How long a download's address works: once to twice as long. Addresses of one period are the same, so that caches know
 * them. It is how long a former member with an address can still read the file.
 */
const DOWNLOAD_MS = 15 * MINUTE_MS

export interface Upload {
  readonly media: MediaRow
  readonly request: UploadRequest
  readonly expiresAt: Date
}

export async function beginUpload(ports: MediaPorts, viewer: Viewer, input: CreateUploadInput): Promise<Upload> {
  const { database, clock, uploads } = ports
  if (!uploads) {
    throw new PublicError('MEDIA_OFF', 'This server takes no files: its operator has to set S3_URL or FILES_DIR.')
  }
  const { files, limits } = uploads
  const media = parseUpload(input, limits)
  const now = clock.now()
  const id = v7({ msecs: now })
  const row = await database.transaction(async (sql) => {
    const own = await countOwn(sql, viewer.userId, new Date(now - DAY_MS))
    if (own.unused >= MAX_UNUSED) {
      throw new PublicError(
        'LIMIT_REACHED',
        `You have ${MAX_UNUSED} files that no message uses: send some, or wait until they are deleted after a day.`,
      )
    }
    if (own.bytes + media.bytes > limits.bytesPerDay) {
      throw new PublicError('LIMIT_REACHED', `You may upload ${limits.bytesPerDay} bytes in a day.`)
    }
    return insertMedia(sql, id, viewer.userId, media, new Date(now))
  })
  const expiresAt = new Date(now + UPLOAD_MS)
  try {
    return { media: row, request: await files.beginUpload(fileOf(row), expiresAt), expiresAt }
  } catch (error) {
    // Nobody has its id: it must not count until tomorrow.
    await deleteMedia(database, [id])
    throw error
  }
}

interface CompletePorts extends Pick<MediaPorts, 'uploads'> {
  readonly database: Sql
}

/** Whether all bytes have come. The store is asked until it says so once. */
export async function isComplete(ports: CompletePorts, row: MediaRow): Promise<boolean> {
  if (row.complete) return true
  if (!(await ports.uploads?.files.isComplete(fileOf(row)))) return false
  await markComplete(ports.database, row.id)
  return true
}

export async function urlOf(ports: MediaPorts, row: MediaRow): Promise<string | null> {
  if (!ports.uploads || !(await isComplete(ports, row))) return null
  const until = (Math.floor(ports.clock.now() / DOWNLOAD_MS) + 2) * DOWNLOAD_MS
  return ports.uploads.files.downloadUrl(fileOf(row), new Date(until))
}

/** The files that the viewer may see, in the order of the ids. */
export async function findMediaFor(sql: Sql, viewer: Viewer, ids: readonly string[]): Promise<(MediaRow | null)[]> {
  const parsed = ids.map(parseId)
  const wanted = parsed.filter((id) => id !== null)
  const rows = await findMedia(sql, viewer.userId, wanted)
  return inOrder(parsed, rows, (row): string | null => row.id)
}

function fileOf({ id, bytes, contentType, fileName }: MediaRow): StoredFile {
  return { key: id, bytes, contentType, fileName }
}
