import { v7 } from 'uuid'
import { startInboxNode, type AttendedNode } from '../inbox/index.ts'
import { startAttendance } from '../subgraphs/users/index.ts'
import {
  languageExists,
  makeChat,
  startDisappearing,
  startErasing,
  startIndexing,
  startSending,
  startSweeping,
} from '../subgraphs/chat/index.ts'
import { type Sql, withDeadline } from '../platform/sql/sql.ts'
import { StartupError } from '../platform/startup-error.ts'
import { makeEmbeddedCatalog } from '../platform/catalog/index.ts'
import { makeClosers } from './closers.ts'
import { addressBase, openFiles } from './files.ts'
import { kinds } from './event-kinds.ts'
import type { Role } from './role.ts'
import { serveRoom } from './subgraph.ts'

/** How long the node's streams wait for PostgreSQL, which may be behind a half-open connection. */
const NODE_DEADLINE_MS = 5_000

/** An id that no message has: looking for it checks that the store answers. */
const NO_MESSAGE = '00000000-0000-0000-0000-000000000000'

/** The chat subgraph, and the node that hosts this process's inbox streams. */
export const chat: Role = {
  name: 'chat',
  needs: ['messages', 'bus', 'presence'],
  checks: ({ messages, presence }) => ({
    messages: () => messages.find([NO_MESSAGE]),
    presence: () => presence.nodes(),
  }),
  async start({ platform, health }) {
    const { config, database, eventLog, messages: store, bus, presence, clock, gatewaySecret, metrics } = platform
    const closers = makeClosers()
    const log = platform.log.with({ role: 'chat' })
    try {
      const patient = { database: withDeadline(database, NODE_DEADLINE_MS), eventLog, kinds, bus, presence, clock, log }
      const attend = (node: AttendedNode) =>
        startAttendance({ ...patient, log: log.with({ nodeId: node.nodeId }) }, node)
      const node = closers.use(await startInboxNode({ ...patient, nodeId: v7(), attend }))
      const files = openFiles({ config, clock, log, gatewaySecret })
      const { MEDIA_MAX_BYTES: maxBytes, MEDIA_BYTES_PER_DAY: bytesPerDay, MEDIA_TYPES: types } = config
      const uploads = files && { files: closers.use(files), limits: { maxBytes, bytesPerDay, types } }
      if (files) closers.use(startSweeping({ database, files, clock, log }))
      const { MESSAGE_EDIT_SECONDS: editSeconds, MESSAGE_DELETE_SECONDS: deleteSeconds } = config
      const windows = {
        editMs: editSeconds * 1_000,
        deleteMs: deleteSeconds === undefined ? null : deleteSeconds * 1_000,
      }
      const catalog = makeEmbeddedCatalog(addressBase(config))
      const { SEARCH_LANGUAGE: searchLanguage, MESSAGE_MAX_CHARACTERS: maxText } = config
      const deps = {
        database,
        eventLog,
        store,
        bus,
        node,
        clock,
        log,
        windows,
        maxText,
        searchLanguage,
        metrics,
        catalog,
      }
      const room = makeChat({ ...deps, ...(uploads && { uploads }) })
      await requireLanguage(database, searchLanguage)
      const indexing = closers.use(startIndexing({ ...deps, language: searchLanguage }))
      const gauge = metrics.gauge('chat_search_lag_seconds', () => indexing.lagSeconds())
      closers.defer(() => gauge[Symbol.dispose]())
      closers.use(startDisappearing({ ...deps, metrics }))
      closers.use(startSending({ ...deps, metrics, ...(uploads && { uploads }) }))
      closers.use(startErasing({ database, eventLog, store, bus, clock, log }))
      const subgraph = closers.use(await serveRoom(room, platform, 'chat', health))
      return { subgraph, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
    } catch (error) {
      await closers[Symbol.asyncDispose]()
      throw error
    }
  },
}

async function requireLanguage(database: Sql, language: string): Promise<void> {
  if (await languageExists(database, language)) return
  throw new StartupError(
    `SEARCH_LANGUAGE is ${language}, and PostgreSQL has no such text search configuration: "select cfgname from pg_ts_config" lists them.`,
  )
}
