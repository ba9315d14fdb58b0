import type { Catalog, CatalogItem, Sticker } from './catalog.ts'
import { GIFS, PACK, STICKERS } from './items.ts'

/** Pictures are served below this path. */
export const CATALOG_PATH = '/catalog/'

/** The catalog that ships with the server. `base` is what comes before the path in addresses. */
export function makeEmbeddedCatalog(base: string): Catalog {
  const item = (id: string, title: string, file: string, contentType: string, size: number): CatalogItem => ({
    id,
    title,
    contentType,
    width: size,
    height: size,
    url: `${base}${CATALOG_PATH}${file}`,
  })
  const stickers = STICKERS.map(([id, title]): Sticker => ({
    ...item(id, title, `${id}.svg`, 'image/svg+xml', 128),
    packId: PACK.id,
  }))
  const gifs = GIFS.map(([id, title, words]) => ({
    item: item(id, title, `gif-${id}.gif`, 'image/gif', 64),
    words: `${title} ${words}`.toLowerCase().split(' '),
  }))
  return {
    packs: async () => [PACK],
    stickers: async (packId) => (packId === PACK.id ? stickers : null),
    async gifs(words, skip, limit) {
      const asked = words.toLowerCase().split(/\s+/).filter(Boolean)
      const found = gifs.filter((gif) => asked.every((word) => gif.words.some((known) => known.startsWith(word))))
      return found.slice(skip, skip + limit).map((gif) => gif.item)
    },
    sticker: async (id) => stickers.find((sticker) => sticker.id === id) ?? null,
    gif: async (id) => gifs.find((gif) => gif.item.id === id)?.item ?? null,
  }
}
