import type { Complete } from '../../complete.ts'
import { badInput } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import type { Pack } from '../../../platform/catalog/catalog.ts'
import { requireUser } from '../../viewer.ts'
import type { QueryResolvers, StickerPackResolvers } from '../generated/resolvers.ts'
import type { CatalogPorts } from './ports.ts'

/** Maximum GIFs of one page: a provider beyond this process gives no more at a time. */
const MAX_GIFS = 50
/** Maximum characters of the words that a GIF is searched by. */
const MAX_QUERY = 100
/** Maximum GIFs that a search pages through: the provider of a catalog may find any number. */
const MAX_SKIP = 1_000

export const stickerPacks: Required<QueryResolvers<CatalogPorts>>['stickerPacks'] = async (
  _,
  __,
  { identity, catalog },
) => {
  requireUser(identity)
  return [...(await catalog.packs())]
}

export const stickers: Required<QueryResolvers<CatalogPorts>>['stickers'] = async (
  _,
  { packId },
  { identity, catalog },
) => {
  requireUser(identity)
  const found = await catalog.stickers(packId)
  return found && [...found]
}

export const searchGifs: Required<QueryResolvers<CatalogPorts>>['searchGifs'] = async (
  _,
  args,
  { identity, catalog },
) => {
  requireUser(identity)
  const words = args.query ?? ''
  if (words.length > MAX_QUERY)
    throw badInput('query', `\`query\` must have at most ${MAX_QUERY} characters, not ${words.length}.`)
  const page = parsePage(args, MAX_GIFS)
  const skip = page.after === null ? 0 : parsePlace(page.after)
  const found = skip >= MAX_SKIP ? [] : await catalog.gifs(words, skip, page.limit + 1)
  const places = new Map(found.map((item, at) => [item, skip + at + 1]))
  return connection(found, page, (item) => String(places.get(item)))
}

export const StickerPack: Complete<StickerPackResolvers<CatalogPorts>, Pack> = {
  stickers: async ({ id }, _, { catalog }) => [...((await catalog.stickers(id)) ?? [])],
}

function parsePlace(key: string): number {
  if (!/^[1-9]\d{0,5}$/.test(key)) throw malformedCursor()
  return Number(key)
}
