import type { Clock } from '../../../platform/clock/clock.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound, PublicError } from '../../errors.ts'
import type { MessageType } from '../generated/resolvers.ts'
import type { Viewer } from '../../viewer.ts'
import type { Uploads } from './ports.ts'
import { type MediaRow, touchOwn } from './store.ts'
import { isComplete } from './upload.ts'

export interface ClaimDeps {
  readonly database: Sql
  readonly clock: Clock
  readonly uploads: Uploads | null
}

/**
 * Checks that the sender owns the files, that they have come, and that they fit the type of the message. Then the sweep leaves
 * them alone for a day, in which the send ends.
 */
export type ClaimMedia = (viewer: Viewer, ids: readonly string[], type: MessageType) => Promise<void>

/** The media types of a message type; absent: any. */
const FITS: Partial<Record<MessageType, RegExp>> = {
  IMAGE: /^image\//,
  VIDEO: /^video\//,
  AUDIO: /^audio\//,
  STICKER: /^image\//,
  GIF: /^(image\/gif|image\/webp|video\/)/,
}

export function makeClaimMedia({ database, clock, uploads }: ClaimDeps): ClaimMedia {
  return async (viewer, ids, type) => {
    const rows = await touchOwn(database, viewer.userId, ids, new Date(clock.now()))
    const found = new Map(rows.map((row) => [row.id, row]))
    const own = ids.map((id): MediaRow => {
      const row = found.get(id)
      if (!row) throw notFound('media', id)
      if (FITS[type]?.test(row.contentType) === false)
        throw badInput(
          'mediaIds',
          `A file of the type ${row.contentType} cannot be sent in a message of the type ${type}.`,
        )
      return row
    })
    const complete = await Promise.all(own.map((row) => isComplete({ database, uploads }, row)))
    const missing = own.filter((_, at) => !complete[at]).map(({ id }) => id)
    if (missing.length > 0) {
      throw new PublicError('MEDIA_INCOMPLETE', 'Some of the files have not come yet: upload them, then send again.', {
        mediaIds: missing,
      })
    }
  }
}
