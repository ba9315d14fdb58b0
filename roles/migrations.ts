import { existsSync } from 'node:fs'
import { assetPath } from '../platform/assets.ts'
import type { MigrationRoom } from '../platform/sql/migrate.ts'

/** Every room with a schema in PostgreSQL, in the order of migration: views only read schemas of earlier rooms. */
const folders: Readonly<Record<string, string>> = {
  events: 'platform/eventlog/migrations',
  nonces: 'platform/nonces/migrations',
  users: 'subgraphs/users/migrations',
  groups: 'subgraphs/groups/migrations',
  chat: 'subgraphs/chat/migrations',
  delivery: 'delivery/migrations',
}

export const rooms: readonly MigrationRoom[] = Object.entries(folders)
  .map(([schema, folder]) => ({ schema, folder: assetPath(folder) }))
  .filter(({ folder }) => existsSync(folder))
