/** A sticker or a GIF that the server offers. */
export interface CatalogItem {
  readonly id: string
  /** What it shows, in a few words. */
  readonly title: string
  readonly contentType: string
  readonly width: number
  readonly height: number
  /** Where to GET it: an absolute URL, or a path at the server's address. Works as long as messages show it. */
  readonly url: string
}

export interface Sticker extends CatalogItem {
  readonly packId: string
}

export interface Pack {
  readonly id: string
  readonly title: string
}

/**
 * What apps offer their users to send beside files of their own. A provider beyond this process implements it too: the
 * operator names its address, and no user does. Ids are texts of at most 100 characters. An item that a message was sent
 * with may leave the catalog; the message keeps what `sticker` or `gif` said of it.
 * - `packs` are few, and come all.
 * - `stickers` are those of one pack, in their order; null if there is no such pack.
 * - `gifs` are those that fit the words, the best first, after the first `skip`; all of them for no words.
 * - `sticker` and `gif` find one by its id; null if there is none.
 * All reject while the provider is down.
 */
export interface Catalog {
  packs(): Promise<readonly Pack[]>
  stickers(packId: string): Promise<readonly Sticker[] | null>
  gifs(words: string, skip: number, limit: number): Promise<readonly CatalogItem[]>
  sticker(id: string): Promise<Sticker | null>
  gif(id: string): Promise<CatalogItem | null>
}

/** A catalog of nothing. */
export const emptyCatalog: Catalog = {
  packs: async () => [],
  stickers: async () => null,
  gifs: async () => [],
  sticker: async () => null,
  gif: async () => null,
}
