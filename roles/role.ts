import type { RequestListener } from 'node:http'
import type { Config, RoleName } from '../platform/config/config.ts'
import type { Platform, Service } from './adapters.ts'
import type { Check } from './health.ts'
import type { SubgraphName, SubgraphRole } from './subgraph.ts'

/** What a role gets at its start: the platform, and the roles of this process that started before it. */
export interface Starting {
  readonly platform: Platform
  /** `/healthz` and `/readyz` of the whole process. */
  readonly health: RequestListener
  readonly subgraphs: Readonly<Partial<Record<SubgraphName, SubgraphRole>>>
}

/** A running role; disposing it drains. */
export interface Started extends AsyncDisposable {
  readonly subgraph?: SubgraphRole
  /** The URLs of the graph for clients. */
  readonly gateway?: { readonly url: string; readonly wsUrl: string }
}

/** A role that a process can run: see `roles/table.ts`. */
export interface Role {
  readonly name: RoleName
  /**
   * The services that it uses besides PostgreSQL. Only the services of the process's roles are opened, and waited for.
   */
  readonly needs: readonly Service[]
  /**
   * Throws one line that names the variable if the role cannot run with its value. Called before anything is opened.
   */
  checkConfig?(config: Config): void
  /** The services without which it cannot work, by their names in `/readyz`. */
  checks?(platform: Platform): Readonly<Record<string, Check>>
  start(starting: Starting): Promise<Started>
}
