import type { Catalog, CatalogItem } from '../../../platform/catalog/catalog.ts'
import { notFound } from '../../errors.ts'
import type { JsonObject, MessageType } from '../messages/body.ts'

/**
 * What a message says that was sent with a sticker or a GIF of the catalog: all that an app needs to show it, also when
 * the catalog no longer has it. Throws NOT_FOUND for one that the catalog does not have.
 */
export async function describeItem(catalog: Catalog, type: MessageType, content: JsonObject): Promise<JsonObject> {
  const { stickerId, gifId } = content
  if (type === 'STICKER' && typeof stickerId === 'string') {
    const sticker = await catalog.sticker(stickerId)
    if (!sticker) throw notFound('sticker', stickerId)
    return { stickerId, packId: sticker.packId, ...shown(sticker) }
  }
  if (type === 'GIF' && typeof gifId === 'string') {
    const gif = await catalog.gif(gifId)
    if (!gif) throw notFound('GIF', gifId)
    return { gifId, ...shown(gif) }
  }
  return content
}

const shown = ({ title, contentType, width, height, url }: CatalogItem) => ({ title, contentType, width, height, url })
