import type { RequestListener } from 'node:http'
import type { Config, RoleName } from '../platform/config/config.ts'
import type { Platform, Service } from './adapters.ts'
import type { Check } from './health.ts'
import type { SubgraphName, SubgraphRole } from './subgraph.ts'

/** What a role finds when it starts: the platform, and the roles of this process that started before it. */
export interface Starting {
  readonly platform: Platform
  /** `/healthz` and `/readyz` of the whole process. */
  readonly health: RequestListener
  readonly subgraphs: Readonly<Partial<Record<SubgraphName, SubgraphRole>>>
}

/** A running role; disposing it drains. */
export interface Started extends AsyncDisposable {
  readonly subgraph?: SubgraphRole
  /** Where clients reach the graph. */
  readonly gateway?: { readonly url: string; readonly wsUrl: string }
}

/** Something that a process can be started as: see `roles/table.ts`. */
export interface Role {
  readonly name: RoleName
  /** The services that it uses, beside PostgreSQL: only those of the process's roles are opened, and waited for. */
  readonly needs: readonly Service[]
  /** Throws one line that names the variable where the role cannot run with it. Called before anything is opened. */
  checkConfig?(config: Config): void
  /** What it cannot do its work without, by the names that `/readyz` shows. */
  checks?(platform: Platform): Readonly<Record<string, Check>>
  start(starting: Starting): Promise<Started>
}
