import type { Identity } from '../../../platform/signature/identity.ts'
import type { ExportSource } from '../../export.ts'

/** What the resolvers of this topic get. */
export interface ExportPorts {
  readonly identity: Identity
  readonly exportSources: readonly ExportSource[]
}
