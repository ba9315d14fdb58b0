export { emptyCatalog } from './catalog.ts'
export type { Catalog, CatalogItem, Sticker, Pack } from './catalog.ts'
export { makeEmbeddedCatalog } from './embedded.ts'
export { type CatalogServer, makeCatalogServer } from './serve.ts'
