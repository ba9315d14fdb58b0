import type { Catalog } from '../../../platform/catalog/catalog.ts'
import type { Identity } from '../../../platform/signature/identity.ts'

/** What the resolvers of this topic get. */
export interface CatalogPorts {
  readonly identity: Identity
  readonly catalog: Catalog
}
