import { randomUUID } from 'node:crypto'
import { openMemoryBus } from '../../platform/bus/index.ts'
import type { EventLog, LoggedEvent } from '../../platform/eventlog/eventlog.ts'
import { openEventLog } from '../../platform/eventlog/log.ts'
import { ORIGIN } from '../../platform/eventlog/position.ts'
import { silentLog } from '../../platform/log/log.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { makeGroups } from '../../subgraphs/groups/index.ts'
import { createDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import { kinds } from './kinds.ts'
import type { UserIdentity } from './people.ts'
import { askSubgraph, succeed, type Answer, type Ask } from './subgraph.ts'

export interface GroupWorld extends AsyncDisposable {
  readonly database: Database
  readonly eventLog: EventLog
  readonly clock: { at: number; now(): number }
  readonly ask: Ask
  person(name?: string): Promise<UserIdentity>
  /** A user whom nobody may add to a group, only invite. */
  closedPerson(): Promise<UserIdentity>
  block(blocker: UserIdentity, blocked: UserIdentity): Promise<void>
  create(owner: UserIdentity, members?: readonly UserIdentity[], input?: object): Promise<string>
  /** A mutation whose input is given, and whose payload is selected by `selection`. */
  change(by: Parameters<Ask>[0], mutation: string, input: object, selection?: string): Promise<Answer>
  /** Fields of a group as one of its members sees it. */
  // Tests look into answers freely.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  read(as: UserIdentity, groupId: string, selection: string): Promise<any>
  /** The events of a group of these kinds, or all, as soon as they are below the log's head. */
  events(groupId: string, kind?: string): Promise<LoggedEvent[]>
}

/** The groups room on a real database, with users who were written into their table. */
export async function openGroupWorld(options: { readonly maxMembers?: number } = {}): Promise<GroupWorld> {
  const db = await createDatabase()
  const { database } = db
  const eventLog = await openEventLog(database, kinds)
  const bus = openMemoryBus()
  const clock = { at: Date.now(), now: () => clock.at }
  const ask = askSubgraph(makeGroups({ database, eventLog, bus, clock, log: silentLog, ...options }))

  const person = async (name = 'Somebody'): Promise<UserIdentity> => {
    const userId = randomUUID()
    await database.query(
      `insert into users.account (id, address, display_name, created_at)
       values ($1::uuid, $1 || '@example.org', $2::text, now())`,
      [userId, name],
    )
    return { kind: 'user', userId, deviceId: randomUUID(), sessionId: randomUUID() }
  }

  const change: GroupWorld['change'] = (by, mutation, input, selection = '__typename') => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
    return ask(by, `mutation ($input: ${type}) { ${mutation}(input: $input) { ${selection} } }`, { input })
  }

  return {
    database,
    eventLog,
    clock,
    ask,
    person,
    change,
    async closedPerson() {
      const made = await person()
      await database.query(`insert into users.setting (user_id, groups_from) values ($1::uuid, 'NOBODY')`, [
        made.userId,
      ])
      return made
    },
    async block(blocker, blocked) {
      await database.query(
        'insert into users.block (blocker_id, blocked_id, created_at) values ($1::uuid, $2::uuid, now())',
        [blocker.userId, blocked.userId],
      )
    },
    async create(owner, members = [], input = {}) {
      const memberIds = members.map(({ userId }) => userId)
      const made = change(owner, 'createGroup', { title: 'Analysts', memberIds, ...input }, 'group { id }')
      return (await succeed(made)).createGroup.group.id
    },
    async read(as, id, selection) {
      return (await succeed(ask(as, `query ($id: ID!) { group(id: $id) { ${selection} } }`, { id }))).group
    },
    async events(groupId, kind) {
      await eventually(async () => {
        const { rows } = await database.query(
          `select from events.log where key = $1::text and xid >= pg_snapshot_xmin(pg_current_snapshot())`,
          [groupId],
        )
        return rows.length === 0
      }, 60_000)
      const { events } = await eventLog.read(database, ORIGIN, 100_000)
      return events.filter((event) => event.key === groupId && (kind === undefined || event.kind === kind))
    },
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}
