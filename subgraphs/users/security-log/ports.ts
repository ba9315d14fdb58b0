import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

/** What the resolvers of this topic get. */
export interface SecurityLogPorts {
  readonly identity: Identity
  readonly database: Sql
}
