import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

/** What the resolvers of this topic get. */
export interface PushLogPorts {
  readonly identity: Identity
  readonly database: Sql
}
