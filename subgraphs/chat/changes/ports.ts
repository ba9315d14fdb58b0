import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import type { Viewer } from '../../viewer.ts'
import type { History, MessageRow } from '../messages/history.ts'
import type { MentionsInput } from '../messages/input.ts'
import type { MessageStore } from '../messages/store/messages.ts'
import type { WriteToStore } from '../messages/store/write.ts'
import type { ChangeWindows } from './limits.ts'

export interface EditInput {
  readonly messageId: string
  readonly text: string
  readonly mentions?: MentionsInput | null | undefined
  readonly expectedVersion?: number | null | undefined
}

/** Changes of messages that exist. */
export interface Changes {
  edit(viewer: Viewer, input: EditInput): Promise<MessageRow>
  delete(viewer: Viewer, messageId: string): Promise<MessageRow>
  /** Both return the id. */
  remove(by: ActingAdmin, messageId: string): Promise<string>
  purge(by: ActingAdmin, messageId: string): Promise<string>
}

/** An admin of the server who acts, for the security log. */
export interface ActingAdmin {
  readonly adminId: string
  /** Null if none was given. */
  readonly reason: string | null
  readonly clientNetwork: string | null
}

/** What the rules of this topic get. */
export interface Changing {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendMany'>
  readonly store: MessageStore
  readonly clock: Clock
  readonly log: Log
  readonly windows: ChangeWindows
  /** Maximum characters of a text. */
  readonly maxText: number
  readonly write: WriteToStore
  readonly history: Pick<History, 'find'>
  /** Says to the relay that the conversation has a new event. */
  announce(conversationId: string): void
  /** The message as it is now; null if the user may not see it. */
  visible(userId: string, id: string): Promise<MessageRow | null>
}

/** What the resolvers of this topic get. */
export interface ChangesPorts {
  readonly identity: Identity
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly database: Sql
  readonly changes: Changes
  /** What was read of a message before it is changed. */
  readonly messages: Pick<DataLoader<string, MessageRow | null>, 'clear'>
  readonly knownMessages: Pick<DataLoader<string, MessageRow | null>, 'clear'>
}
