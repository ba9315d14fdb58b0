export { makeEmbeddedCatalog } from './embedded.ts'
export { makeCatalogServer } from './serve.ts'
